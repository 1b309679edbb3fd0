--- The protocol by which any program is a solver, for `help "pipe"`; `PipeSolver` in Swift is the other side of it.
return [=[
Any program can be a solver, with events and answers, in any language:

  milp.register { name = "mine", command = { "python3", "mine.py" }, events = { "relaxation" }, answers = { "submit" } }
  model:solve { solver = "mine", time_limit_s = 10, on_incumbent = function(event) … end }

The program is started for a solve. It reads lines of JSON from its standard input and writes lines of JSON to its
standard output, flushing each. Lines that do not begin with { and what comes on standard error are its log, which
log = true shows. Names are those of scripts; null, or no member at all, stands for what is not known, since JSON has no
infinite numbers. Scripts/cookbook/own-solver.py is a complete example, a branch and bound that follows every answer.

1. The task is the first line that the program reads:

  {"protocol": 1, "model": "/tmp/…/model.mps", "columns": 3, "rows": 1, "objective_constant": 0,
   "options": {"time_limit_s": 9.98, "threads": 1, …}, "events": ["incumbent"], "answers": ["stop"],
   "start": [0, 1, 0]}

  model      free MPS, to be minimised, with columns x1, x2, … in the order of points; all numbers are exact. A model
             that is maximised is negated, and its constant left out: every objective and bound that the program tells
             is the file's. (Only relative gaps depend on objective_constant.)
  options    time_limit_s (what is left), node_limit, gap_relative, gap_absolute, objective_stop, bound_stop, threads,
             seed, log, presolve, and native, the texts of the solver's own options; what is not set is missing. Limits
             and gaps are only to be known early: vnnlua stops a program that reports enough to see that they are
             reached.
  events     what there are callbacks for; answers: what they may say. The program does nothing for others.
  start      a point of the model, where there is one.

  Semicontinuous columns, SOS1, SOS2 and indicators are in the file where the registration has constructs =
  { "sos1", … }, indicators as rows after the others; elsewhere they come as binaries and rows.

2. Events, which the program writes. Each is answered by one line, and waits for it:

  {"event": "incumbent", "point": [0, 1, 1], "bound": -9.5, "nodes": 4, "depth": 2}
  {"event": "relaxation", "point": [0.5, 1, 0.25], "bound": -9.5, "nodes": 5, "depth": 3}
  {"event": "progress", "bound": -9.2, "nodes": 6}

  An incumbent is any point that satisfies the file, before the program counts it; report all, asked for or not: the
  best is kept whatever becomes of the program. A relaxation is the solution of a node's linear program. Only the point
  is required.

3. Answers, which the program reads: {} is to go on; else it has some of these.

  "refused": true     the incumbent does not count: it violates the model, or lazy rows
  "lazy_rows": [{"columns": [0, 2], "values": [1, 1], "lower": null, "upper": 1}]
                      rows that hold everywhere from now on, columns from 0. A row comes again when a point violates it.
                      Where the task's answers have lazy_rows, nothing may assume that the file has all rows.
  "cuts"              rows that cut off fractional points only, in the same form
  "points": [[1, 0, 0]]  points to use, which were checked and count already
  "branch": {"column": 2, "first": "up"}   how to branch at this node; first may be "down" or "either"

  {"stop": true} stands in the place of an answer, or comes at any other time, and is the last line: whoever works
  for long without an event reads it in a thread. The program has 0.3 s to write its solution (after the time limit
  0.1 s and 5 % of the limit); then it is killed, with every process of its group.

4. The solution is the last line that the program writes; it is killed when this was read, unless it says "ready": true.
   Then it waits for the next task, or for the end of its input, and the next solve needs not start it.

  {"status": "optimal", "point": [0, 1, 1], "bound": -9, "nodes": 7, "iterations": 31, "warnings": ["…"]}

  status     optimal, infeasible, unbounded, infeasible_or_unbounded (vnnlua finds out which), limit (one was reached,
             or it was stopped), feasible (it gave up)
  duals, reduced_costs   of a linear program: how much the objective grows per unit of each row's right side, in the
             order of the file's rows, and per unit of each column
  {"failure": "no licence"} instead makes solve return nil and the text, {"misuse": "no option x"} is an error in the
  script.

Nothing of this is believed: points are checked, and a status or bound that a known point refutes falls, with a warning.
A program that dies, hangs, floods or breaks the protocol ends in a warning, a status of "limit", "stopped" or
"feasible", and the best point and bound until then. In a sandbox no program is started.]=]
