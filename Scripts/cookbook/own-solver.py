"""A solver of our own for vnnlua: branch and bound over linear programs, which highspy solves (pip install highspy).

It shows the whole of the protocol that `vnnlua help pipe` describes: it reads a task and a model, reports relaxations
and incumbents, follows every answer, and ends with a solution. own-solver.lua beside it registers and uses it.

Limits, gaps and Ctrl-C need no line here: vnnlua sees to them whenever something is reported, and says stop.
"""

import heapq
import json
import math
import sys
import time

import highspy


def tell(message):
    print(json.dumps(message), flush=True)


def ask(event):
    """Reports an event; the answer, which is one line. Without one vnnlua has gone, and so do we."""
    tell(event)
    return json.loads(sys.stdin.readline() or '{"stop": true}')


def finite(number):
    """JSON has no infinities: None stands for what is not known."""
    return number if math.isfinite(number) else None


class Search:
    """Nodes wait in the order of their bounds; each is the bounds of the integer columns that it has changed."""

    def __init__(self, task):
        self.task = task
        self.solver = highspy.Highs()
        self.solver.silent()
        self.solver.readModel(task["model"])
        model = self.solver.getLp()
        self.costs, self.lower, self.upper = list(model.col_cost_), list(model.col_lower_), list(model.col_upper_)
        integer = highspy.HighsVarType.kInteger
        self.integers = [column for column, kind in enumerate(model.integrality_) if kind == integer]
        for column in self.integers:
            self.solver.changeColIntegrality(column, highspy.HighsVarType.kContinuous)
        self.best, self.best_point = math.inf, task.get("start")
        if self.best_point:
            self.best = self.objective(self.best_point)
        self.open = [(-math.inf, 0, 0, {})]
        self.bound = -math.inf
        self.made = self.nodes = 0
        self.is_stopped = False
        self.is_complete = True
        self.last_report = 0.0

    def objective(self, point):
        return sum(cost * value for cost, value in zip(self.costs, point))

    def run(self):
        while self.open and not self.is_stopped:
            bound, _, depth, changes = heapq.heappop(self.open)
            # No open node is better than this one.
            self.bound = bound
            if bound >= self.best - 1e-9:
                self.open = []
                break
            self.nodes += 1
            if not self.visit(bound, depth, changes):
                return {"status": "infeasible_or_unbounded"}
        return self.solution()

    def visit(self, bound, depth, changes):
        """Solves a node's linear program again and again while rows come, then branches; False if it is unbounded."""
        for column in self.integers:
            low, high = changes.get(column, (self.lower[column], self.upper[column]))
            self.solver.changeColBounds(column, low, high)
        is_new = True
        while not self.is_stopped:
            self.solver.run()
            status = self.solver.getModelStatus()
            if status == highspy.HighsModelStatus.kInfeasible:
                return True
            if status != highspy.HighsModelStatus.kOptimal:
                return False
            point = list(self.solver.getSolution().col_value)
            value = self.objective(point)
            if value >= self.best - 1e-9:
                return True
            fractional = [j for j in self.integers if abs(point[j] - round(point[j])) > 1e-6]
            if not fractional:
                rows = self.take_candidate(point, depth)
                if rows is None or not self.add(rows):
                    return True
                continue
            answer = self.report(point, depth) if is_new else {}
            # Lazy rows are asked for again; cuts may come for ever.
            is_new = bool(answer.get("lazy_rows"))
            if self.add(answer.get("lazy_rows", []) + answer.get("cuts", [])):
                continue
            self.branch(max(bound, value), depth, changes, point, fractional, answer.get("branch"))
            return True
        # What was not finished stays open.
        heapq.heappush(self.open, (bound, 0, depth, changes))
        return True

    def facts(self, depth):
        return {"bound": finite(self.bound), "nodes": self.nodes, "depth": depth}

    def report(self, point, depth):
        """Shows a relaxation to those who want to see it, and gives a sign of life to the others now and then."""
        if "relaxation" in self.task["events"]:
            return self.heed(ask({"event": "relaxation", "point": point, **self.facts(depth)}))
        if time.monotonic() - self.last_report > 0.05:
            self.last_report = time.monotonic()
            return self.heed(ask({"event": "progress", **self.facts(depth)}))
        return {}

    def heed(self, answer):
        self.is_stopped = self.is_stopped or answer.get("stop", False)
        for point in answer.get("points", []):
            self.keep(point)
        return answer

    def keep(self, point):
        if self.objective(point) < self.best:
            self.best, self.best_point = self.objective(point), point

    def take_candidate(self, point, depth):
        """Asks whether a whole point counts; the lazy rows that cut it off, None when the node is done with."""
        for column in self.integers:
            point[column] = round(point[column])
        answer = self.heed(ask({"event": "incumbent", "point": point, **self.facts(depth)}))
        if answer.get("lazy_rows"):
            return answer["lazy_rows"]
        if answer.get("refused"):
            self.is_complete = False
        elif not self.is_stopped:
            self.keep(point)
        return None

    def add(self, rows):
        for row in rows:
            lower = -highspy.kHighsInf if row["lower"] is None else row["lower"]
            upper = highspy.kHighsInf if row["upper"] is None else row["upper"]
            self.solver.addRow(lower, upper, len(row["columns"]), row["columns"], row["values"])
        return bool(rows)

    def branch(self, bound, depth, changes, point, fractional, wish):
        column = wish["column"] if wish else max(fractional, key=lambda j: abs(point[j] - round(point[j])))
        low, high = changes.get(column, (self.lower[column], self.upper[column]))
        halves = [(low, math.floor(point[column])), (math.floor(point[column]) + 1, high)]
        if wish and wish["first"] == "up":
            halves.reverse()
        for half in halves:
            self.made += 1
            heapq.heappush(self.open, (bound, self.made, depth + 1, {**changes, column: half}))

    def solution(self):
        if not self.open and not self.is_stopped:
            self.bound = self.best
        done = "optimal" if self.best_point else "infeasible"
        status = "limit" if self.is_stopped else done if self.is_complete else "feasible"
        # We wait for another task then; whoever starts quickly may leave this out.
        solution = {"status": status, "point": self.best_point, "ready": True, **self.facts(0)}
        if status == "optimal" and not self.integers:
            point = self.solver.getSolution()
            # Rows that were added are not among those of the file.
            solution["duals"] = list(point.row_dual)[: self.task["rows"]]
            solution["reduced_costs"] = list(point.col_dual)
        return solution


def main():
    while line := sys.stdin.readline():
        task = json.loads(line)
        if task["options"]["native"]:
            tell({"misuse": "this solver has no options of its own"})
        else:
            tell(Search(task).run())


main()
