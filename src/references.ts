/**
 * The literature and data behind the numbers and laws: key → citation. Every `Source:` of a docstring and every value of a
 * `sources` record starts with one of these keys, or with `assumed`, `computed`, `fitted to` or `BPX file`; a test holds
 * both directions. Citations are given as far as they were read: an abstract, a page or a data file, never from memory.
 */
export type Reference = {
  readonly citation: string
  readonly doi?: string
  /** Where to find it when it has no DOI here: a data file, an arXiv number, an accession. */
  readonly where?: string
}

/** Words that may stand in place of a key. */
export const unreferenced = ['assumed', 'computed', 'fitted to', 'BPX file'] as const

export const references: Readonly<Record<string, Reference>> = {
  AseData: {
    citation: 'Atomic Simulation Environment (ASE) 3.29, table of atomic masses of ase/data',
    where: 'PyPI package ase 3.29.0, ase/data/__init__.py',
  },
  Bazant2013: {
    citation:
      'M. Z. Bazant, Theory of chemical kinetics and charge transfer based on nonequilibrium thermodynamics, Acc. Chem. Res. 46, 1144–1160 (2013)',
    doi: '10.1021/ar300145c',
  },
  Bitzek2006: {
    citation:
      'E. Bitzek, P. Koskinen, F. Gähler, M. Moseler, P. Gumbsch, Structural Relaxation Made Simple, Phys. Rev. Lett. 97, 170201 (2006)',
    doi: '10.1103/PhysRevLett.97.170201',
  },
  BoydVandenberghe2004: {
    citation: 'S. Boyd, L. Vandenberghe, Convex Optimization, Cambridge University Press (2004)',
    where: 'book',
  },
  BPX1: {
    citation: 'Battery Parameter eXchange (BPX) standard, version 1, Faraday Institution',
    where: 'https://bpxstandard.com',
  },
  BpxLfp18650: {
    citation: "LFP|graphite 2 Ah 18650 cell, About:Energy Limited (2022), the BPX standard's own example",
    where: 'src/cells/bpx/lfp-18650.json',
  },
  Brenan1996: {
    citation:
      'K. E. Brenan, S. L. Campbell, L. R. Petzold, Numerical Solution of Initial-Value Problems in Differential-Algebraic Equations, SIAM (1996)',
    where: 'book',
  },
  Brent1973: {
    citation: 'R. P. Brent, Algorithms for Minimization without Derivatives, Prentice-Hall (1973)',
    where: 'book',
  },
  Brown1998: {
    citation:
      'P. N. Brown, A. C. Hindmarsh, L. R. Petzold, Consistent initial condition calculation for differential-algebraic systems, SIAM J. Sci. Comput. 19, 1495–1512 (1998)',
    doi: '10.1137/S1064827595289996',
  },
  Byrd1995: {
    citation:
      'R. H. Byrd, P. Lu, J. Nocedal, C. Zhu, A Limited Memory Algorithm for Bound Constrained Optimization, SIAM J. Sci. Stat. Comput. 16, 1190–1208 (1995)',
    where: 'as cited by the documentation of scipy.optimize',
  },
  CahnHilliard1958: {
    citation:
      'J. W. Cahn, J. E. Hilliard, Free Energy of a Nonuniform System. I. Interfacial Free Energy, J. Chem. Phys. 28, 258–267 (1958) (abstract)',
    doi: '10.1063/1.1744102',
  },
  Cava1984: {
    citation: 'R. J. Cava, A. Santoro, J. M. Tarascon, J. Solid State Chem. 54, 193 (1984): Li3.2Mo6S8 by neutrons',
    where: 'abstract',
  },
  Chatterjee2010: {
    citation:
      'A. Chatterjee, A. F. Voter, Accurate acceleration of kinetic Monte Carlo simulations through the modification of rate constants, J. Chem. Phys. 132, 194101 (2010)',
    where: 'as the documentation of Zacros-Wrapper describes it',
  },
  Chen2020: {
    citation:
      'C.-H. Chen, F. Brosa Planella, K. O’Regan, D. Gastol, W. D. Widanage, E. Kendrick, Development of experimental techniques for parameterization of multi-scale lithium-ion battery models, J. Electrochem. Soc. 167, 080534 (2020)',
    doi: '10.1149/1945-7111/ab9050',
  },
  Cif11: {
    citation:
      'S. R. Hall, N. Spadaccini, I. D. Brown, H. J. Bernstein, J. D. Westbrook, B. McMahon, Formal specification of the Crystallographic Information File, version 1.1, International Tables for Crystallography G, section 2.2.7 (2006)',
    where: 'https://it.iucr.org/Ga/ch2o2v0001/sec2o2o7/',
  },
  CODATA2018: {
    citation:
      'CODATA recommended values of the fundamental physical constants: 2018, Rev. Mod. Phys. 93, 025010 (2021)',
    doi: '10.1103/RevModPhys.93.025010',
  },
  Cordero2008: {
    citation:
      'B. Cordero, V. Gómez, A. E. Platero-Prats, M. Revés, J. Echeverría, E. Cremades, F. Barragán, S. Alvarez, Covalent radii revisited, Dalton Trans. 2832–2838 (2008), as tabled in ASE 3.29',
    doi: '10.1039/B801115J',
  },
  Dahn1985: {
    citation: 'J. R. Dahn, W. R. McKinnon et al., Phys. Rev. B 32, 3316 (1985): entropy of LixMo6Se8',
    where: 'abstract',
  },
  Deuflhard2004: {
    citation: 'P. Deuflhard, Newton Methods for Nonlinear Problems, Springer Ser. Comput. Math. 35 (2004)',
    doi: '10.1007/978-3-642-23899-4',
  },
  Devi2025: {
    citation: 'Devi, Balasubramanian, Butler, Sai Gautam: table of 619 migration barriers from the literature (2025)',
    where: 'arXiv:2508.06459',
  },
  Doyle1993: {
    citation:
      'M. Doyle, T. F. Fuller, J. Newman, Modeling of galvanostatic charge and discharge of the lithium/polymer/insertion cell, J. Electrochem. Soc. 140, 1526–1533 (1993)',
    doi: '10.1149/1.2221597',
  },
  CravenWahba1979: {
    citation: 'P. Craven, G. Wahba, Smoothing Noisy Data with Spline Functions, Numer. Math. 31, 377–403 (1979)',
    where: 'as cited by the documentation of SAS/STAT, procedure GAMPL',
  },
  E2007: {
    citation:
      'W. E, W. Ren, E. Vanden-Eijnden, Simplified and improved string method for computing the minimum energy paths in barrier-crossing events, J. Chem. Phys. 126, 164103 (2007) (abstract)',
    doi: '10.1063/1.2720838',
  },
  Drautz2019: {
    citation:
      'R. Drautz, Atomic cluster expansion for accurate and transferable interatomic potentials, Phys. Rev. B 99, 014104 (2019) (as cited by ACE1.jl and pacemaker)',
    where: 'github.com/ACEsuit/ACE1.jl',
  },
  EilersMarx1996: {
    citation:
      'P. H. C. Eilers, B. D. Marx, Flexible smoothing with B-splines and penalties, Statistical Science (1996)',
    where: 'as told by P. H. C. Eilers, B. D. Marx, M. Durbán, Twenty years of P-splines, SORT 39, 149–186 (2015)',
  },
  FritschButland1984: {
    citation:
      'F. N. Fritsch, J. Butland, A method for constructing local monotone piecewise cubic interpolants, SIAM J. Sci. Stat. Comput. 5, 300–304 (1984)',
    doi: '10.1137/0905021',
  },
  He2017: {
    citation: 'He, Luo, Liu, J. Mater. Chem. A (2017): MgCl2/AlCl3 in DME, over 8.5 mS/cm',
    where: 'RSC c7ta01769c, abstract',
  },
  Henkelman1999: {
    citation: 'G. Henkelman, H. Jónsson, J. Chem. Phys. 111, 7010 (1999): the dimer method',
    where: 'as cited by the documentation of ASE',
  },
  Henkelman2000a: {
    citation:
      'G. Henkelman, H. Jónsson, Improved tangent estimate in the nudged elastic band method for finding minimum energy paths and saddle points, J. Chem. Phys. 113, 9978 (2000)',
    where: 'as cited by the documentation of ASE',
  },
  Henkelman2000b: {
    citation:
      'G. Henkelman, B. P. Uberuaga, H. Jónsson, A climbing image nudged elastic band method for finding saddle points and minimum energy paths, J. Chem. Phys. 113, 9901 (2000)',
    where: 'as cited by the documentation of ASE',
  },
  Hindmarsh2005: {
    citation:
      'A. C. Hindmarsh et al., SUNDIALS: suite of nonlinear and differential/algebraic equation solvers, ACM Trans. Math. Softw. 31, 363–396 (2005)',
    doi: '10.1145/1089014.1089020',
  },
  IUPAC2021: {
    citation: 'T. Prohaska et al., Standard atomic weights of the elements 2021, Pure Appl. Chem. 94, 573–600 (2022)',
    doi: '10.1515/pac-2019-0603',
  },
  Kang2017: {
    citation: 'Kang et al., Chem. Mater. (2017): MgCl2 in DPSO/THF, 1.1 mS/cm at 30 °C, cycles Mo6S8',
    where: 'abstract',
  },
  Levi2006: {
    citation: 'E. Levi et al., Chem. Mater. 18, 5492 (2006): MgMo6S8 and Mg2Mo6S8 by neutrons and X-rays',
    where: 'abstract',
  },
  Li2018: {
    citation:
      'H. Li, N. L. Okamoto, T. Hatakeyama, Y. Kumagai, F. Oba, T. Ichitsubo, Adv. Energy Mater. 8, 1801475 (2018); only its press release was read whole',
    where: 'press release of the paper',
  },
  Lysogorskiy2021: {
    citation:
      'Y. Lysogorskiy et al., Performant implementation of the atomic cluster expansion (PACE) and application to copper and silicon, npj Comput. Mater. 7 (2021) (as cited by pacemaker)',
    where: 'github.com/mfkiwl/python-ace',
  },
  Marquis2019: {
    citation:
      'S. G. Marquis, V. Sulzer, R. Timms, C. P. Please, S. J. Chapman, An asymptotic derivation of a single particle model with electrolyte, J. Electrochem. Soc. 166, A3693–A3706 (2019)',
    where: 'as PyBaMM cites it',
  },
  MaterialsProjectMp2164: {
    citation: 'Materials Project mp-2164, Mo6S8, DFT-PBE, R-3, as the CIF in the 3DSC data set',
    where: 'GitHub aimat-lab/3DSC, Mo6S8-MP-mp-2164.cif',
  },
  NewmanThomasAlyea2004: {
    citation: 'J. Newman, K. E. Thomas-Alyea, Electrochemical Systems, 3rd ed., Wiley (2004)',
    where: 'book',
  },
  Nyman2008: {
    citation: 'Nyman et al., Electrochim. Acta (2008): electrolyte of LiPF6 in EC:EMC, as the BPX example writes it',
    doi: '10.1016/j.electacta.2008.04.023',
  },
  Packwood2016: {
    citation:
      'D. Packwood, J. R. Kermode, L. Mones, N. Bernstein, J. Woolley et al., preconditioned geometry optimisation for condensed phase materials, J. Chem. Phys. 144, 164109 (2016)',
    doi: '10.1063/1.4947024',
  },
  OKeeffeBrese1991: {
    citation:
      "M. O'Keeffe, N. Brese, J. Am. Chem. Soc. 113, 3226–3229 (1991): sizes and electronegativities for bond valences, as tabled in pymatgen 2026.10",
    doi: '10.1021/ja00009a002',
  },
  PMC5234091: {
    citation: 'Standard potentials of Li and Mg in water, −3.04 and −2.37 V, as quoted in the introduction',
    where: 'PMC5234091',
  },
  Prats2025: {
    citation:
      'H. Prats, W. Li, M. Stamatakis, A general stiffness-scaling framework for accelerating graph-theoretical kinetic Monte Carlo simulations, J. Chem. Theory Comput. 21, 12262–12277 (2025)',
    doi: '10.1021/acs.jctc.5c01394',
    where: 'abstract',
  },
  Smidstrup2014: {
    citation:
      'S. Smidstrup, A. Pedersen, K. Stokbro, H. Jónsson, Improved initial guess for minimum energy path calculations, J. Chem. Phys. 140, 214106 (2014)',
    doi: '10.1063/1.4878664',
  },
  Thole2015: {
    citation: 'Thöle, Wan, Prendergast, Phys. Chem. Chem. Phys. (2015): screening in metallic Mo6S8',
    where: 'RSC c5cp03046c, abstract',
  },
  Vineyard1957: {
    citation:
      'G. H. Vineyard, Frequency factors and isotope effects in solid state rate processes, J. Phys. Chem. Solids 3, 121–127 (1957)',
    doi: '10.1016/0022-3697(57)90059-8',
  },
  WilkeningHeitjans2008: {
    citation: 'M. Wilkening, P. Heitjans, Phys. Rev. B 77, 024311 (2008): Li hops in Li0.7TiS2',
    where: 'abstract',
  },
}

/** The reference keys that a source text names, in order. */
export const keysIn = (source: string): readonly string[] =>
  source.match(/[\p{L}\d]+/gu)?.filter(word => Object.hasOwn(references, word)) ?? []

/** True where a source text starts with a known key or one of the words that may stand for it. */
export const isSourced = (source: string): boolean => {
  const first = source.match(/^[\p{L}\d]+/u)?.[0] ?? ''
  return Object.hasOwn(references, first) || unreferenced.some(word => source.startsWith(word))
}
