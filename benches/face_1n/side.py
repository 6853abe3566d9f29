"""The competitors that have no Rust crate: FAISS, and sqlite-vec as a hub uses it.

    side.py GALLERY PROBES DIMENSION

GALLERY and PROBES are raw f32 rows. One line is read for each call and answered
with one line, so that the bench can interleave these engines with its own:

    build ENGINE              ok BYTES_PER_TEMPLATE | skip REASON
    run ENGINE PROBE          SECONDS ROW
    batch ENGINE FIRST COUNT  SECONDS ROW ROW ...

One thread. What is timed is the library's call, nothing of the protocol.
"""

import sys
import time

BATCH = 16


class Faiss:
    """An index that is searched for the best one row."""

    def __init__(self, rows, probes):
        import faiss

        faiss.omp_set_num_threads(1)
        # By default a batch of 16 would not go through the matrix product,
        # which is several times faster.
        faiss.cvar.distance_compute_blas_threshold = BATCH
        self.faiss = faiss
        self.probes = probes
        self.index = self.build(rows)

    def search(self, first, count):
        probes = self.probes[first : first + count]
        start = time.perf_counter()
        _, found = self.index.search(probes, 1)
        seconds = time.perf_counter() - start
        return seconds, found[:, 0]


class Flat(Faiss):
    """f32, exact."""

    bytes_per_component = 4

    def build(self, rows):
        index = self.faiss.IndexFlatIP(rows.shape[1])
        index.add(rows)
        return index


class Signed(Faiss):
    """int8 codes as they are, exact on them. One scale for all, since the inner
    product would otherwise depend on each row's scale."""

    bytes_per_component = 1

    def build(self, rows):
        import numpy

        sq = self.faiss.ScalarQuantizer
        kind = sq.QT_8bit_direct_signed
        index = self.faiss.IndexScalarQuantizer(
            rows.shape[1], kind, self.faiss.METRIC_INNER_PRODUCT
        )
        scale = 127 / numpy.abs(rows[:4096]).max()
        quantise = lambda part: numpy.clip(numpy.rint(part * scale), -127, 127)
        for first in range(0, len(rows), 65536):
            index.add(quantise(rows[first : first + 65536]))
        self.probes = quantise(self.probes)
        return index


class FastScan(Faiss):
    """Product quantisation, 4 bits for each 4 components, the best 100 rescored
    on the f32 originals. Approximate."""

    bytes_per_component = 1 / 8 + 4
    RESCORED = 100
    TRAINED_ON = 65536

    def build(self, rows):
        faiss, dimension = self.faiss, rows.shape[1]
        codes = faiss.IndexPQFastScan(
            dimension, dimension // 4, 4, faiss.METRIC_INNER_PRODUCT
        )
        codes.pq.cp.seed = 1
        step = max(1, len(rows) // self.TRAINED_ON)
        codes.train(rows[::step][: self.TRAINED_ON])
        for first in range(0, len(rows), 65536):
            codes.add(rows[first : first + 65536])
        originals = faiss.IndexFlatIP(dimension)
        originals.add(rows)
        index = faiss.IndexRefine(codes, originals)
        index.k_factor = self.RESCORED
        self.kept = codes, originals
        return index


class SqliteVec:
    """A vec0 table in memory, as InspireFace's hub makes it; the statement is
    prepared anew for every search, and a batch is one search after the other."""

    bytes_per_component = 4

    def __init__(self, rows, probes):
        # Not the standard library's module: many builds of it load no extensions.
        import apsw
        import sqlite_vec

        self.probes = probes
        self.database = apsw.Connection(":memory:")
        self.database.enable_load_extension(True)
        self.database.load_extension(sqlite_vec.loadable_path())
        self.database.execute(
            "CREATE VIRTUAL TABLE faces USING vec0("
            f"embedding float[{rows.shape[1]}] distance_metric=cosine)"
        )
        with self.database:
            self.database.executemany(
                "INSERT INTO faces(rowid, embedding) VALUES (?, ?)",
                ((at, row.tobytes()) for at, row in enumerate(rows)),
            )

    def search(self, first, count):
        probes = [probe.tobytes() for probe in self.probes[first : first + count]]
        start = time.perf_counter()
        found = [self.one(probe) for probe in probes]
        return time.perf_counter() - start, found

    def one(self, probe):
        statement = (
            "SELECT rowid, 1.0 - distance FROM faces "
            "WHERE embedding MATCH ? ORDER BY distance LIMIT 1"
        )
        return next(self.database.execute(statement, (probe,), can_cache=False))[0]


ENGINES = {
    "faiss-flat": Flat,
    "faiss-sq8": Signed,
    "faiss-fastscan": FastScan,
    "sqlite-vec": SqliteVec,
}


def answer(built, words, files, dimension):
    command, name, *numbers = words
    if command == "build":
        try:
            built[name] = ENGINES[name](*(read(file, dimension) for file in files))
        except Exception as error:  # whatever is missing: the bench goes on without
            return f"skip {type(error).__name__}: {error}".replace("\n", " ")
        return f"ok {int(dimension * built[name].bytes_per_component)}"
    first, count = int(numbers[0]), int(numbers[1]) if command == "batch" else 1
    seconds, found = built[name].search(first, count)
    return " ".join([f"{seconds:.9f}", *map(str, found)])


def read(path, dimension):
    import numpy

    return numpy.memmap(path, "<f4", "r").reshape(-1, dimension)


def main(gallery, probes, dimension):
    built, files = {}, (gallery, probes)
    for line in sys.stdin:
        print(answer(built, line.split(), files, int(dimension)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
