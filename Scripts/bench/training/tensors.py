"""The operations of tensors.lua in NumPy, and matrix products by a direct cblas_dgemm; prints seconds as JSON."""
import ctypes, ctypes.util, json, sys, time
import numpy as np

repeats = int(sys.argv[1])
rng = np.random.default_rng(1)
x, y = rng.uniform(0.1, 2, (2500, 4000)), rng.uniform(0.1, 2, (2500, 4000))
row, column = y[0].copy(), y[:, :1].copy()
short = rng.uniform(0, 1, 1_000_000)


def direct(size, threads):
    """C = A B by the system's OpenBLAS."""
    name = ctypes.util.find_library("openblas") or "libopenblas.so.0"
    blas = ctypes.CDLL(name)
    blas.openblas_set_num_threads(threads)
    a, b, c = rng.uniform(size=(size, size)), rng.uniform(size=(size, size)), np.empty((size, size))
    pointers = [m.ctypes.data_as(ctypes.POINTER(ctypes.c_double)) for m in (a, b, c)]
    one, zero, n = ctypes.c_double(1), ctypes.c_double(0), ctypes.c_int(size)
    return lambda: blas.cblas_dgemm(101, 111, 111, n, n, n, one, pointers[0], n, pointers[1], n, zero, pointers[2], n)


work = {
    "x + y": lambda: x + y, "x * 2": lambda: x * 2, "x / y": lambda: x / y, "x ^ 3": lambda: x ** 3,
    "x + row": lambda: x + row, "x * column": lambda: x * column, "transposed x + 1": lambda: x.T + 1,
    "exp": lambda: np.exp(x), "log": lambda: np.log(x), "sqrt": lambda: np.sqrt(x), "tanh": lambda: np.tanh(x),
    "abs": lambda: np.abs(x), "relu": lambda: np.maximum(x, 0), "clamp": lambda: np.clip(x, 0.5, 1),
    "x > y as numbers": lambda: (x > y).astype(float), "where": lambda: np.where(x > 1, x, y),
    "copy transposed": lambda: np.ascontiguousarray(x.T),
    "sum": lambda: x.sum(), "sum, axis 1": lambda: x.sum(0), "sum, last axis": lambda: x.sum(1),
    "mean, last axis": lambda: x.mean(1), "max": lambda: x.max(), "max, axis 1": lambda: x.max(0),
    "max, last axis": lambda: x.max(1), "argmax": lambda: x.argmax(), "argmax, axis 1": lambda: x.argmax(0),
    "argmax, last axis": lambda: x.argmax(1), "norm": lambda: np.linalg.norm(x.reshape(-1)),
    "sum of transposed, axis 1": lambda: x.T.sum(0),
    "sort 10^6": lambda: np.sort(short), "argsort 10^6": lambda: np.argsort(short, kind="stable"),
    "matmul 1024, 1 thread": direct(1024, 1), "matmul 1024, 2 threads": direct(1024, 2),
    "matmul 64, 1 thread": direct(64, 1),
}
seconds = {}
for name, run in work.items():
    if name.startswith("matmul"): run = direct(int(name.split()[1].strip(",")), int(name.split()[2]))
    best = float("inf")
    loops = 200 if " 64," in name else 1
    for _ in range(repeats):
        start = time.perf_counter()
        for _ in range(loops): run()
        best = min(best, (time.perf_counter() - start) / loops)
    seconds[name] = best
print(json.dumps(seconds))
