/** Slots sorted into classes of like rate, each class a list without order: to enter, to leave and to draw cost the same for any size. */
export type Slots = {
  /** By slot class·2²⁴ + place in the class's list, one word for both; −1 for none. At most 128 classes. */
  readonly place: Int32Array
  /** All lists in one array (the one element: a longer one may take its place), class after class. */
  readonly list: [Int32Array]
  /** Number of each member, beside it in the list, where they have numbers that go with them; else empty. */
  readonly number: [Int32Array]
  /** By class: where it begins, where its members end, and how many it has room for. */
  readonly begin: Int32Array
  readonly end: Int32Array
  readonly room: Int32Array
  /** First and last class that ever had a member. */
  readonly range: Int32Array
  /** Doubles the room of a class. */
  readonly grow: (c: number) => void
  /** Puts a slot that is in none into a class, with its number. */
  readonly enter: (slot: number, c: number, number?: number) => void
}

/** The part of a slot's word that is its place in the list. */
export const inClass = 2 ** 24 - 1

/**
 * @param spare    room that every class has to begin with, and that whoever enters slots by hand keeps free
 * @param numbered  members have numbers
 */
export const emptySlots = (slots: number, classes: number, spare: number, numbered = false): Slots => {
  const place = new Int32Array(slots).fill(-1)
  const list: [Int32Array] = [new Int32Array(classes * 2 * spare)]
  const number: [Int32Array] = [new Int32Array(numbered ? list[0].length : 0)]
  const begin = Int32Array.from({ length: classes }, (_, c) => 2 * spare * c)
  const end = begin.slice()
  const room = new Int32Array(classes).fill(2 * spare)
  const range = Int32Array.of(classes, 0)

  const grow = (c: number): void => {
    const more = room[c]
    const longer = new Int32Array(list[0].length + more)
    const numbers = new Int32Array(numbered ? longer.length : 0)
    let to = 0
    for (let k = 0; k < classes; k++) {
      const members = list[0].subarray(begin[k], end[k])
      longer.set(members, to)
      if (numbered) numbers.set(number[0].subarray(begin[k], end[k]), to)
      begin[k] = to
      end[k] = to + members.length
      if (k === c) room[k] += more
      to += room[k]
    }
    list[0] = longer
    number[0] = numbers
  }

  const enter = (slot: number, c: number, one = 0): void => {
    if (room[c] - end[c] + begin[c] <= spare) grow(c)
    range[0] = Math.min(range[0], c)
    range[1] = Math.max(range[1], c)
    place[slot] = (c << 24) | (end[c] - begin[c])
    if (numbered) number[0][end[c]] = one
    list[0][end[c]++] = slot
  }

  return { place, list, number, begin, end, room, range, grow, enter }
}
