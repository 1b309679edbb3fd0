"""Model files beside other programs' readers; see model-files."""

import ctypes
import json
import math
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

OWN = [".build/release/vnnlua", "Scripts/bench/models/model-files.lua"]
ENDINGS = ("mps", "lp")
LIMIT = 10  # seconds, for those that can be limited

# Files on which readers differ, and who is right.
SEMIINTEGER = "a semicontinuous column between integer markers is semi-integer; HiGHS takes it for continuous"
SETS = "sets as lp_solve writes them; SCIP leaves them out"
INTEGER = "an integer column with a lower bound has no upper one; GLPK takes it for 0 or 1"
KNOWN = {
    "dD2e.mps": "exponents with D; Gurobi ends its numbers there",
    "e226.mps": "the objective's right side is subtracted; GLPK adds it",
    "silly-names.mps": "columns named as sections; HiGHS begins the sections",
    **dict.fromkeys(["semi-continuous.mps", "ex1sc.mps"], SEMIINTEGER),
    **dict.fromkeys([f"ex{number}sos.mps" for number in range(1, 7)], SETS),
    **dict.fromkeys(["integer.mps", "write_mps_integer.mps"], INTEGER),
}


# --- One reader in one process: the status, the optimum, and the numbers of columns and rows.


def highs(path, solve):
    library = ctypes.CDLL(os.environ["VNNLUA_HIGHS"])
    library.Highs_create.restype = ctypes.c_void_p
    library.Highs_getObjectiveValue.restype = ctypes.c_double
    model = ctypes.c_void_p(library.Highs_create())
    library.Highs_setBoolOptionValue(model, b"output_flag", 0)
    library.Highs_setDoubleOptionValue(model, b"time_limit", ctypes.c_double(LIMIT))
    library.Highs_setDoubleOptionValue(model, b"mip_rel_gap", ctypes.c_double(0))
    started = time.process_time()
    if library.Highs_readModel(model, path.encode()) not in (0, 1):
        return None
    seconds = time.process_time() - started
    if not solve:
        started = time.process_time()
        library.Highs_writeModel(model, (path + "-highs." + path.split(".")[-1]).encode())
        return {"read": seconds, "write": time.process_time() - started}
    library.Highs_run(model)
    names = {6: "optimal", 7: "optimal", 8: "infeasible", 10: "unbounded"}
    status = names.get(library.Highs_getModelStatus(model), "other")
    objective = library.Highs_getObjectiveValue(model) if status == "optimal" else None
    return [status, objective, library.Highs_getNumCol(model), library.Highs_getNumRow(model)]


def scip(path, solve):
    import pyscipopt

    model = pyscipopt.Model()
    model.hideOutput()
    started = time.process_time()
    try:
        model.readProblem(path)
    except Exception:  # whatever its reader throws
        return None
    if not solve:
        return {"read": time.process_time() - started}
    columns, rows = model.getNVars(transformed=False), model.getNConss(transformed=False)
    model.setParam("limits/time", LIMIT)
    model.optimize()
    status = {"optimal": "optimal", "infeasible": "infeasible", "unbounded": "unbounded"}.get(model.getStatus(), "other")
    return [status, model.getObjVal() if status == "optimal" else None, columns, rows]


def glpk(path, solve):
    library = ctypes.CDLL("libglpk.so.40")
    library.glp_create_prob.restype = ctypes.c_void_p
    library.glp_mip_obj_val.restype = library.glp_get_obj_val.restype = ctypes.c_double
    library.glp_term_out(0)
    model = ctypes.c_void_p(library.glp_create_prob())
    started = time.process_time()
    if path.lower().endswith(".lp"):
        refused = library.glp_read_lp(model, None, path.encode())
    else:
        refused = library.glp_read_mps(model, 2, None, path.encode())
        if refused:
            refused = library.glp_read_mps(model, 1, None, path.encode())
    if refused:
        return None
    if not solve:
        return {"read": time.process_time() - started}
    size = [library.glp_get_num_cols(model), library.glp_get_num_rows(model)]
    library.glp_simplex(model, None)
    status = {5: "optimal", 4: "infeasible", 6: "unbounded"}.get(library.glp_get_status(model), "other")
    if status != "optimal":
        return [status, None] + size
    if library.glp_get_num_int(model) == 0:
        return [status, library.glp_get_obj_val(model)] + size
    library.glp_intopt(model, None)
    status = {5: "optimal", 4: "infeasible"}.get(library.glp_mip_status(model), "other")
    return [status, library.glp_mip_obj_val(model) if status == "optimal" else None] + size


def gurobi(path, solve):
    import gurobipy

    started = time.process_time()
    try:
        environment = gurobipy.Env(params={"OutputFlag": 0, "TimeLimit": LIMIT, "MIPGap": 0})
        model = gurobipy.read(path, environment)
    except gurobipy.GurobiError:
        return None
    if not solve:
        return {"read": time.process_time() - started}
    # It makes columns of ranges.
    columns = [variable for variable in model.getVars() if not variable.VarName.startswith(("MPS_Rg", "LP_Rg"))]
    size = [len(columns), model.NumConstrs]
    try:
        model.optimize()
    except gurobipy.GurobiError:
        return ["other", None] + size  # larger than the licence allows
    status = {2: "optimal", 3: "infeasible", 5: "unbounded"}.get(model.Status, "other")
    return [status, model.ObjVal if status == "optimal" else None] + size


READERS = {"highs": highs, "scip": scip, "glpk": glpk, "gurobi": gurobi}


def run(reader, paths, solve=True):
    """What a reader says of each file: nothing where it refuses it, a text where it fails."""
    found, rest = {}, list(paths)
    while rest:
        command = [sys.executable, __file__, "--reader", reader, "solve" if solve else "read", *rest]
        done = subprocess.run(command, capture_output=True, text=True)
        answers = [line[7:] for line in done.stdout.splitlines() if line.startswith("RESULT ")]
        found.update(zip(rest, map(json.loads, answers)))
        rest = rest[len(answers) :]
        if rest:
            said = (done.stderr.strip().splitlines() or ["no word"])[-1][:60]
            found[rest.pop(0)] = "no answer" if done.returncode == -signal.SIGALRM else "failed: " + said
    return found


def read_all(reader, solve, paths):
    """The other side of `run`; what takes too long ends the process."""
    for path in paths:
        signal.alarm(2 * LIMIT)
        print("\nRESULT " + json.dumps(READERS[reader](path, solve)), flush=True)
    os._exit(0)  # some libraries crash on their way out


def own(*arguments):
    """The lines of JSON that the Lua side prints."""
    done = subprocess.run(OWN + list(arguments), capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


# --- What is compared.


def is_near(a, b):
    return abs(a - b) <= 1e-6 * max(1, abs(a), abs(b))


def difference(ours, theirs, compares_size):
    """How two answers differ, in words; nothing where they agree or one of them is none."""
    if not isinstance(theirs, list):
        return None
    if ours[0] != theirs[0]:
        return None if "other" in (ours[0], theirs[0]) else theirs[0]
    if ours[1] is not None and not is_near(ours[1], theirs[1]):
        return f"optimum {theirs[1]:.10g}"
    if compares_size and ours[2:4] != theirs[2:4]:
        return f"{theirs[2]} columns, {theirs[3]} rows"
    return None


def agree(paths):
    counts = {"agree": 0, "refused": 0, "differ": 0}
    others = {reader: run(reader, paths) for reader in READERS}
    for answer in own("agree", *paths):
        name = os.path.basename(answer["path"])
        theirs = {reader: others[reader][answer["path"]] for reader in READERS}
        if "message" in answer:
            counts["refused"] += 1
            told = ", ".join(reader for reader, value in theirs.items() if value is None) or "none"
            print(f"{name}: refused: {answer['message'].split(name + ': ')[-1]} (refused by {told}, too)")
            continue
        ours = [answer["status"], answer.get("objective"), answer["columns"], answer["rows"]]
        # SCIP has constraints for what is no row, and Gurobi none for constructs.
        found = {r: difference(ours, value, answer["constructs"] == 0) for r, value in theirs.items()}
        found = {reader: text for reader, text in found.items() if text}
        if not found:
            counts["agree"] += 1
            continue
        counts["differ"] += 1
        mine = f"{ours[0]} {'' if ours[1] is None else format(ours[1], '.10g')}, {ours[2]} columns, {ours[3]} rows"
        told = "; ".join(f"{reader}: {text}" for reader, text in found.items())
        print(f"{name}: {mine}; {told}; {KNOWN.get(name, 'unknown')}")
    print(", ".join(f"{count} {what}" for what, count in counts.items()))


def random_models(count, seed):
    with tempfile.TemporaryDirectory() as folder:
        answers = own("random", folder, str(count), str(seed))
        files = {(row["seed"], ending): f"{folder}/{row['seed']}.{ending}" for row in answers for ending in ENDINGS}
        others = {reader: run(reader, files.values()) for reader in READERS}
        wrong = 0
        for row in answers:
            for ending in ENDINGS:
                expected = [row["status"], row.get("objective")]
                found = {f"read again, {solver}": answer for solver, answer in row[ending].items()}
                # MPS files hold a maximised objective with the opposite sign.
                sign = -1 if ending == "mps" and row["sense"] == "maximize" else 1
                for reader in READERS:
                    theirs = others[reader][files[row["seed"], ending]]
                    if isinstance(theirs, list) and theirs[1] is not None:
                        theirs[1] *= sign
                    found[reader] = theirs
                for who, answer in found.items():
                    text = answer if isinstance(answer, str) else difference(expected, answer, False)
                    if text:
                        wrong += 1
                        print(f"seed {row['seed']}, {ending}: {expected}; {who}: {text}")
        told = ", ".join(f"{reader} read {sum(map(bool, found.values()))}" for reader, found in others.items())
        print(f"{count} models in {len(files)} files: {wrong} differences; {told}")


# --- Speed.


def pyscipopt_model():
    import pyscipopt

    model = pyscipopt.Model()
    x = [model.addVar(ub=100) for _ in range(20000)]
    return lambda terms: model.addCons(pyscipopt.quicksum(value * x[place] for place, value in terms) <= 5)


def highspy_model():
    import highspy

    model = highspy.Highs()
    model.silent()
    x = [model.addVariable(ub=100) for _ in range(20000)]
    return lambda terms: model.addConstr(model.qsum(value * x[place] for place, value in terms) <= 5)


def build_seconds(model, rows):
    """Processor seconds for `rows` rows of ten terms by operators."""
    random.seed(3)
    add = model()
    places = [[(random.randrange(20000), random.random()) for _ in range(10)] for _ in range(rows)]
    started = time.process_time()
    for row in places:
        add(row)
    return time.process_time() - started


def speed():
    with tempfile.TemporaryDirectory() as folder:
        times = own("speed", folder)[0]
        for ending in ENDINGS:
            print(f"{ending}: vnnlua read {times[ending + '_read']:.2f} s, write {times[ending + '_write']:.2f} s")
            for reader in READERS:
                path = f"{folder}/large.{ending}"
                theirs = run(reader, [path], solve=False)[path]
                if not isinstance(theirs, dict):
                    continue
                ratios = [f"{what} {theirs[what]:.2f} s, ours {times[f'{ending}_{what}'] / theirs[what]:.2f}" for what in theirs]
                print(f"  {reader}: {'; '.join(ratios)} of it")
        print(f"operators: 100,000 rows, 1,000,000 entries: {times['operators']:.2f} s")
        for model in (pyscipopt_model, highspy_model):
            name = model.__name__.removesuffix("_model")
            try:
                theirs = 10 * build_seconds(model, 10000)
            except ImportError:
                print(f"  {name} is not here")
                continue
            print(f"  {name}: {theirs:.2f} s by a tenth of them, ours {times['operators'] / theirs:.2f} of it")


if __name__ == "__main__":
    words = sys.argv[1:] or ["speed"]
    if words[0] == "--reader":
        read_all(words[1], words[2] == "solve", words[3:])
    elif words[0] == "agree":
        agree(words[1:])
    elif words[0] == "random":
        random_models(int(words[1]), int(words[2]) if len(words) > 2 else 1)
    elif words[0] == "speed":
        speed()
    else:
        sys.exit("expected agree, random or speed")
