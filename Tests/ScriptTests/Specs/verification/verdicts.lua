--- What the bench of verifiers says of rows that were made up.
package.path = "Scripts/bench/verification/?.lua;" .. package.path
local checks = require "support.checks"
local verdicts = require "verdicts"

local check = checks.check

--- What a tool said of an instance.
local function row(tool, name, verdict, further)
  local made = {
    family = "made", network = "n.onnx.gz", property = name .. ".vnnlib", time_limit = 20, tool = tool,
    verdict = verdict, seconds = 1, process_s = 1, own_s = 1,
  }
  for key, value in pairs(further or {}) do made[key] = value end
  return made
end

local function says(rows, ...)
  local text = verdicts.report(rows, {}, { "nnenum: left out" })
  for _, part in ipairs { ... } do check(text:find(part, 1, true), ("%s\nlacks: %s"):format(text, part)) end
  return text
end

-- Two verdicts against each other come first, and the counterexample says who is right.
local text = says({
  row("vnnlua", "a", "unsat"), row("marabou", "a", "sat", { slack = -0.5 }),
  row("vnnlua", "b", "sat", { slack = 0.25 }), row("marabou", "b", "unsat"),
  row("vnnlua", "c", "sat", { slack = -1e-6 }), row("marabou", "c", "timeout", { seconds = 21.3 }),
}, "CONTRADICTION: n a: unsat by vnnlua, sat by marabou, whose counterexample does not stand: onnxruntime meets the "
  .. "property by -0.5", "CONTRADICTION: n b: unsat by marabou, sat by vnnlua, whose counterexample stands", "left out")
check(text:match "^CONTRADICTION" and not text:find("n c: sat", 1, true), text)
check(text:find "marabou%s+2 of 3%s+1%s+1%s+1%s+0%s+0%s+1%s", text)

-- A counterexample that fails is told even where nobody contradicts it.
says({ row("vnnlua", "a", "sat", { slack = -0.5 }) }, "n a: sat by vnnlua: the counterexample does not stand")
says({ row("vnnlua", "a", "sat", { reason = "no onnxruntime" }) }, "not replayed (no onnxruntime)")

-- Times are compared where both give the same verdict: 4 and 16 times, of which 8 is the geometric mean.
says({
  row("vnnlua", "a", "unsat"), row("marabou", "a", "unsat", { own_s = 4, process_s = 5 }),
  row("vnnlua", "b", "unsat", { process_s = 0.5 }), row("marabou", "b", "unsat", { own_s = 8, process_s = 10 }),
  row("vnnlua", "c", "timeout", { bound = 0.125, nodes = 12, open = 1 }), row("marabou", "c", "unsat"),
}, "no two verdicts contradict each other", "8, 10 (2)", "marabou: 8, 10 (2) times ours", "n c", "0.125")
says({ row("vnnlua", "a", "unsat"), row("marabou", "a", "timeout") }, "vnnlua decides all", "marabou: - times ours")

checks.finish()
