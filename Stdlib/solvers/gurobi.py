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
INFINITY = 1e20


def tell(message):
    messages.write(json.dumps(message) + "\n")
    messages.flush()


def finite(value):
    """A number as JSON has it; None for what is infinite."""
    return value if abs(value) < INFINITY else None


class Listener(threading.Thread):
    """Reads tasks and answers, and ends Gurobi at once when it is told to stop, also in the middle of its work."""

    def __init__(self):
        super().__init__(daemon=True)
        self.lines = queue.Queue()
        self.model = None
        self.is_stopped = False
        self.start()

    def run(self):
        for text in sys.stdin:
            line = json.loads(text)
            if line.get("stop"):
                self.is_stopped = True
                if self.model:
                    self.model.terminate()
            self.lines.put(line)
        os._exit(0)  # vnnlua has gone.

    def ask(self, event):
        """Sends an event and waits for what it is answered; nothing is answered after a stop."""
        if self.is_stopped:
            return {}
        tell(event)
        return self.lines.get()


class Search:
    """One solve."""

    def __init__(self, gurobi, environment, listener, task):
        self.gurobi, self.listener, self.task = gurobi, listener, task
        self.events = set(task["events"])
        self.options = task["options"]
        self.model = gurobi.read(task["model"], environment)
        # After them stand those that Gurobi adds for rows with two sides.
        self.variables = self.model.getVars()[: task["columns"]]
        self.rows = self.model.getConstrs()
        # Callbacks see no nodes of linear programs.
        steers = bool({"lazy_rows", "cuts"} & set(task["answers"])) or "relaxation" in self.events
        if steers and not self.model.IsMIP:
            self.model.addVar(vtype=gurobi.GRB.BINARY)
            self.model.update()
        self.points = []
        self.last_progress = 0.0

    def set_options(self, began):
        options, parameters = self.options, self.model.Params
        parameters.OutputFlag = int(options["log"])
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
            if "relaxation" in self.events and not options["presolve"]:
                # They may solve a small model before there is a node to show.
                parameters.Heuristics = 0
        if "objective_stop" in options:
            parameters.BestObjStop = options["objective_stop"]
        if "bound_stop" in options:
            parameters.BestBdStop = options["bound_stop"]
        if "lazy_rows" in self.task["answers"]:
            parameters.LazyConstraints = 1
        if "cuts" in self.task["answers"]:
            parameters.PreCrush = 1
        for name, value in options["native"].items():
            self.set_native(name, value)

    def set_native(self, name, value):
        try:
            kind = type(getattr(self.model.Params, name))
        except AttributeError:
            raise ValueError(f"no option {name}") from None
        try:
            setattr(self.model.Params, name, kind(value))
        except (ValueError, self.gurobi.GurobiError) as error:
            raise ValueError(f"option {name}: {error}") from None

    def run(self, began):
        self.set_options(began)
        if "start" in self.task:
            self.model.setAttr("Start", self.variables, self.task["start"])
        self.listener.model = self.model
        self.model.optimize(self.on_event)
        tell(self.solution())
        self.listener.model = None
        self.model.dispose()

    # What Gurobi calls.

    def on_event(self, model, where):
        callback = self.gurobi.GRB.Callback
        if self.listener.is_stopped:
            model.terminate()
        elif where == callback.MIPSOL:
            self.on_incumbent(model, callback)
        elif where == callback.MIPNODE:
            self.on_node(model, callback)
        elif where == callback.MIP:
            bound, nodes = model.cbGet(callback.MIP_OBJBND), model.cbGet(callback.MIP_NODCNT)
            self.on_progress({"bound": finite(bound), "nodes": int(nodes)})

    def on_incumbent(self, model, callback):
        point = model.cbGetSolution(self.variables)
        # Of an unbounded model Gurobi has points in infinity.
        if all(abs(value) < INFINITY for value in point):
            bound, nodes = model.cbGet(callback.MIPSOL_OBJBND), model.cbGet(callback.MIPSOL_NODCNT)
            self.on_point({"event": "incumbent", "point": point, "bound": finite(bound), "nodes": int(nodes)})

    def on_node(self, model, callback):
        is_solved = model.cbGet(callback.MIPNODE_STATUS) == self.gurobi.GRB.OPTIMAL
        if is_solved and "relaxation" in self.events:
            point = model.cbGetNodeRel(self.variables)
            bound, nodes = model.cbGet(callback.MIPNODE_OBJBND), model.cbGet(callback.MIPNODE_NODCNT)
            self.on_point({"event": "relaxation", "point": point, "bound": finite(bound), "nodes": int(nodes)})
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
        if status == "optimal" and finite(model.ObjVal) is None:
            status = "infeasible_or_unbounded"
        solution = {"status": status, "nodes": int(model.NodeCount), "iterations": int(model.IterCount), "ready": True}
        if model.SolCount > 0 and finite(model.ObjVal) is not None:
            solution["point"] = model.getAttr("X", self.variables)
        if model.IsMIP:
            solution["bound"] = finite(model.ObjBound)
        elif status == "optimal":
            solution["bound"] = model.ObjVal
            solution["duals"] = model.getAttr("Pi", self.rows)
            solution["reduced_costs"] = model.getAttr("RC", self.variables)
        return solution


def main(began):
    listener = Listener()
    task = listener.lines.get()
    try:
        import gurobipy
    except ImportError:
        return tell({"failure": f"{sys.executable} has no package gurobipy: pip install gurobipy"})
    try:
        environment = gurobipy.Env(params={"OutputFlag": 0})
        while True:
            Search(gurobipy, environment, listener, task).run(began)
            task = listener.lines.get()
            began = time.monotonic()
    except ValueError as misuse:
        tell({"misuse": str(misuse)})
    except gurobipy.GurobiError as error:
        size = f"{task['columns']} columns and {task['rows']} rows"
        what = f"the licence refuses a model of {size}: " if error.errno in (10009, 10010) else ""
        tell({"failure": f"{what}{error}"})


main(began)
