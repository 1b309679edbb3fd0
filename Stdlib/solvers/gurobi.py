"""Gurobi for vnnlua, by its Python package. `help "pipe"` describes what is read and written here."""

import json
import os
import queue
import sys
import threading
import time

began = time.monotonic()
# What Gurobi and others print goes to standard error, so that only messages come to vnnlua.
messages = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def tell(message):
    messages.write(json.dumps(message) + "\n")
    messages.flush()


def finite(value):
    """A number as JSON has it; None for what Gurobi takes for infinite."""
    return value if abs(value) < 1e20 else None


class Listener(threading.Thread):
    """Reads answers, and ends Gurobi at once when it is told to stop, also in the middle of its work."""

    def __init__(self, model):
        super().__init__(daemon=True)
        self.model = model
        self.answers = queue.Queue()
        self.is_stopped = False
        self.start()

    def run(self):
        for line in sys.stdin:
            answer = json.loads(line)
            if answer.get("stop"):
                self.is_stopped = True
                self.model.terminate()
            self.answers.put(answer)
        os._exit(0)  # vnnlua has gone.

    def ask(self, event):
        """Sends an event and waits for what it is answered; nothing is answered after a stop."""
        if self.is_stopped:
            return {}
        tell(event)
        return self.answers.get()


class Search:
    """One solve."""

    def __init__(self, gurobi, task):
        self.gurobi = gurobi
        self.task = task
        self.events = set(task["events"])
        self.options = task["options"]
        environment = gurobi.Env(empty=True)
        environment.setParam("OutputFlag", int(self.options["log"]))
        environment.start()
        self.model = gurobi.read(task["model"], environment)
        # After them stand those that Gurobi adds for rows with two sides.
        self.variables = self.model.getVars()[: task["columns"]]
        self.rows = self.model.getConstrs()
        self.is_integral = self.model.IsMIP
        # Callbacks see no nodes of linear programs.
        self.steers = bool({"lazy_rows", "cuts"} & set(task["answers"])) or "relaxation" in self.events
        if self.steers and not self.is_integral:
            self.model.addVar(vtype=gurobi.GRB.BINARY)
            self.model.update()
        self.points = []
        self.last_progress = 0.0
        self.listener = None

    def set_options(self):
        options, parameters = self.options, self.model.Params
        parameters.Threads = options["threads"]
        parameters.MIPGap = options["gap_relative"]
        parameters.MIPGapAbs = options["gap_absolute"]
        # Gurobi's own 1e-5 times a big M is a point that misses its row.
        parameters.IntFeasTol = 1e-9
        if "time_limit_s" in options:
            parameters.TimeLimit = max(0, options["time_limit_s"] - (time.monotonic() - began))
        if "node_limit" in options:
            parameters.NodeLimit = options["node_limit"]
        if "seed" in options:
            parameters.Seed = min(options["seed"], 2000000000)
        if "presolve" in options:
            parameters.Presolve = -1 if options["presolve"] else 0
        if "objective_stop" in options:
            parameters.BestObjStop = options["objective_stop"]
        if "bound_stop" in options:
            parameters.BestBdStop = options["bound_stop"]
        if "lazy_rows" in self.task["answers"]:
            parameters.LazyConstraints = 1
        if "cuts" in self.task["answers"]:
            parameters.PreCrush = 1
        for name, value in options["native"].items():
            try:
                parameters.__setattr__(name, type(getattr(parameters, name))(value))
            except (AttributeError, ValueError, self.gurobi.GurobiError) as error:
                tell({"misuse": f"option {name}: {error}"})
                sys.exit()

    def run(self):
        self.set_options()
        if "start" in self.task:
            self.model.setAttr("Start", self.variables, self.task["start"])
        self.listener = Listener(self.model)
        self.model.optimize(self.on_event)
        tell(self.solution())

    # What Gurobi calls.

    def on_event(self, model, where):
        callback = self.gurobi.GRB.Callback
        if self.listener.is_stopped:
            model.terminate()
        elif where == callback.MIPSOL:
            self.on_point(
                {
                    "event": "incumbent",
                    "point": model.cbGetSolution(self.variables),
                    "bound": finite(model.cbGet(callback.MIPSOL_OBJBND)),
                    "nodes": int(model.cbGet(callback.MIPSOL_NODCNT)),
                }
            )
        elif where == callback.MIPNODE:
            self.on_node(model, callback)
        elif where == callback.MIP:
            bound, nodes = model.cbGet(callback.MIP_OBJBND), model.cbGet(callback.MIP_NODCNT)
            self.on_progress({"bound": finite(bound), "nodes": int(nodes)})

    def on_node(self, model, callback):
        is_solved = model.cbGet(callback.MIPNODE_STATUS) == self.gurobi.GRB.OPTIMAL
        if is_solved and "relaxation" in self.events:
            self.on_point(
                {
                    "event": "relaxation",
                    "point": model.cbGetNodeRel(self.variables),
                    "bound": finite(model.cbGet(callback.MIPNODE_OBJBND)),
                    "nodes": int(model.cbGet(callback.MIPNODE_NODCNT)),
                }
            )
        for point in self.points:
            model.cbSetSolution(self.variables, point)
            model.cbUseSolution()
        self.points = []

    def on_point(self, event):
        answer = self.listener.ask(event)
        for row in answer.get("lazy_rows", []):
            self.add(row, self.model.cbLazy)
        if event["event"] == "relaxation":
            for row in answer.get("cuts", []):
                self.add(row, self.model.cbCut)
        self.points += answer.get("points", [])

    def add(self, row, add):
        left = self.gurobi.LinExpr(row["values"], [self.variables[column] for column in row["columns"]])
        if row["lower"] is not None:
            add(left >= row["lower"])
        if row["upper"] is not None:
            add(left <= row["upper"])

    def on_progress(self, facts):
        if time.monotonic() - self.last_progress > 0.05:
            self.last_progress = time.monotonic()
            self.points += self.listener.ask({"event": "progress", **facts}).get("points", [])

    # The end.

    def solution(self):
        grb, model = self.gurobi.GRB, self.model
        status = {
            grb.OPTIMAL: "optimal",
            grb.INFEASIBLE: "infeasible",
            grb.INF_OR_UNBD: "infeasible_or_unbounded",
            # Said of models that have no point, too.
            grb.UNBOUNDED: "infeasible_or_unbounded",
            grb.SUBOPTIMAL: "feasible",
            grb.NUMERIC: "feasible",
        }.get(model.Status, "limit")
        solution = {"status": status, "nodes": int(model.NodeCount), "iterations": int(model.IterCount)}
        if model.SolCount > 0:
            solution["point"] = model.getAttr("X", self.variables)
        if model.IsMIP:
            solution["bound"] = finite(model.ObjBound)
        elif status == "optimal":
            solution["bound"] = model.ObjVal
            solution["duals"] = model.getAttr("Pi", self.rows)
            solution["reduced_costs"] = model.getAttr("RC", self.variables)
        return solution


def main():
    task = json.loads(sys.stdin.readline())
    try:
        import gurobipy
    except ImportError:
        return tell({"failure": f"{sys.executable} has no package gurobipy: pip install gurobipy"})
    try:
        Search(gurobipy, task).run()
    except gurobipy.GurobiError as error:
        size = f"{task['columns']} columns and {task['rows']} rows"
        what = f"the licence refuses a model of {size}: " if error.errno in (10009, 10010) else ""
        tell({"failure": f"{what}{error}"})


main()
