"""Operations of all 530 tabled settings of the space groups, by spglib, as one hash each: groups.json.

    pip install spglib==2.8.0
    python run.py

The hash is the first 12 digits of SHA-1 over the operations, each as its nine whole numbers (W of f' = W f + w, row by row)
and w in 24ths modulo 24, blank between the numbers, sorted, one a line.
"""
import hashlib
import json
import pathlib

import numpy as np
import spglib

rows = []
for hall in range(1, 531):
    kind = spglib.get_spacegroup_type(hall)
    found = spglib.get_symmetry_from_database(hall)
    words = sorted(
        " ".join(map(str, [*W.flatten().tolist(), *(np.round(w * 24).astype(int) % 24).tolist()]))
        for W, w in zip(found["rotations"], found["translations"])
    )
    digest = hashlib.sha1("\n".join(words).encode()).hexdigest()[:12]
    rows.append([kind.hall_symbol, kind.international_full, kind.choice, kind.number, len(words), digest])
lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
head = {"version": spglib.__version__, "columns": ["hall", "hermannMauguin", "choice", "number", "operations", "hash"]}
pathlib.Path(__file__).with_name("groups.json").write_text(f'{{"head": {json.dumps(head)},\n"groups": [\n{lines}\n]}}\n')
