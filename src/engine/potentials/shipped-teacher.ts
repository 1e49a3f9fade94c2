/** Whose energies the shipped potential learnt: its file was written before its card said so, and is known by its bytes. */
export const shippedTeacher = 'SevenNet-0 (a universal potential, not first principles)'
