"""The peers of embedding.lua: embeds an ONNX network in one tool's model and prints what that took and gave as JSON.

embedding.py TOOL CASE.json, where CASE has network, outputs, lower and upper (rows x inputs), perhaps a budget for the
sum of all inputs, repeats and time_limit. The objective is the sum of all outputs, maximised. `choices` are what a search
branches on: binaries, maxima and SOS1 pairs.
"""
import json, statistics, sys, time
import numpy as np
import onnx

tool, case = sys.argv[1], json.load(open(sys.argv[2]))
network = onnx.load(case["network"])
lower, upper = np.array(case["lower"], float), np.array(case["upper"], float)


def with_gurobi():
    import gurobipy as gp
    from gurobi_ml import add_predictor_constr

    environment = gp.Env(empty=True)
    environment.setParam("OutputFlag", 0)
    environment.start()

    def build():
        model = gp.Model(env=environment)
        model.Params.Threads = 1
        x = model.addMVar(lower.shape, lb=lower, ub=upper)
        y = model.addMVar((len(lower), case["outputs"]), lb=-gp.GRB.INFINITY)
        add_predictor_constr(model, network, x, y)
        if "budget" in case:
            model.addConstr(x.sum() <= case["budget"])
        model.setObjective(y.sum(), gp.GRB.MAXIMIZE)
        model.update()
        return model

    def size(model):
        return model.NumVars, model.NumBinVars + model.NumGenConstrs, model.NumConstrs + model.NumGenConstrs

    def root(model):
        model.Params.Cuts, model.Params.Heuristics, model.Params.NodeLimit = 0, 0, 0
        model.optimize()
        return model.ObjBound

    def solve(model):
        model.Params.TimeLimit, model.Params.MIPGap = case["time_limit"], 0
        model.optimize()
        return model.ObjVal if model.SolCount else None, model.Status == gp.GRB.OPTIMAL

    return build, size, root, solve


def with_scip():
    import pyscipopt as ps
    from pyscipopt_ml import add_predictor_constr

    def build():
        model = ps.Model()
        model.hideOutput()
        x = np.array([[model.addVar(lb=l, ub=u) for l, u in zip(*row)] for row in zip(lower, upper)], dtype=object)
        y = np.array([[model.addVar(lb=None) for _ in range(case["outputs"])] for _ in lower], dtype=object)
        add_predictor_constr(model, network, x, y, unique_naming_prefix="network_")
        if "budget" in case:
            model.addCons(ps.quicksum(x.flatten()) <= case["budget"])
        model.setObjective(ps.quicksum(y.flatten()), "maximize")
        return model

    def size(model):
        kinds = [constraint.getConshdlrName() for constraint in model.getConss()]
        binaries = sum(variable.vtype() == "BINARY" for variable in model.getVars())
        return model.getNVars(), binaries + kinds.count("SOS1"), len(kinds)

    def root(model):
        model.setSeparating(ps.SCIP_PARAMSETTING.OFF)
        model.setHeuristics(ps.SCIP_PARAMSETTING.OFF)
        model.setParam("limits/nodes", 1)
        model.optimize()
        return model.getDualbound()

    def solve(model):
        model.setParam("limits/time", case["time_limit"])
        model.optimize()
        return model.getObjVal() if model.getNSols() else None, model.getStatus() == "optimal"

    return build, size, root, solve


build, size, root, solve = {"gurobi-ml": with_gurobi, "pyscipopt-ml": with_scip}[tool]()
seconds = []
for _ in range(case["repeats"]):
    start = time.perf_counter()
    model = build()
    seconds.append(time.perf_counter() - start)
columns, choices, rows = size(model)
bound = root(model)
result = {
    "build_s": statistics.median(seconds), "columns": columns, "choices": choices, "rows": rows, "root": bound}
if case["time_limit"] > 0:
    model = build()
    start = time.perf_counter()
    result["objective"], result["optimal"] = solve(model)
    result["solve_s"] = time.perf_counter() - start
print(json.dumps(result))
