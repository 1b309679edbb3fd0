--- What verifiers decide of the same instances: ours, Marabou and nnenum, each in a process of its own, with one thread
--- and the same limit. `verdicts.lua` makes the tables of it.
local instances = require "instances"
local json = require "vnn.json"
local shell = require "vnn.host.shell"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local verdicts = require "verdicts"

-- The folders of this script and of the one that it measures.
local here = arg[0]:match "^(.*)/[^/]*$" or "."
local verify = here .. "/../../experiments/verify.lua"
local peers = here .. "/verifiers.py"

--- Seconds after its limit at which a process is killed: what it says until then counts.
local grace_s = 2

local function python() return os.getenv "VNNLUA_PYTHON" or "python3" end

--- The command by which each tool decides a case and writes its answer and counterexample to files.
local function tools(options)
  local function peer(name)
    return function(case, answer, counterexample)
      return {
        "env", "PYTHONPATH=" .. (options.nnenum and options.nnenum .. "/src" or ""), python(), peers, name,
        case.network, case.property, tostring(case.time_limit), answer, counterexample,
      }
    end
  end
  return {
    vnnlua = function(case, answer, counterexample)
      return {
        system.program, verify, case.network, case.property, "--threads", "1", "--json", answer, "--counterexample",
        counterexample, "--time-limit", tostring(case.time_limit),
      }
    end,
    marabou = peer "marabou",
    nnenum = peer "nnenum",
  }
end

--- The tools that are asked for and there, and why others are left out.
local function present(options)
  local names, left_out = {}, {}
  for _, name in ipairs(options.tools) do
    local reason
    if name == "marabou" and not shell.output(shell.line { python(), "-c", "import maraboupy" } .. " 2>&1") then
      reason = "marabou: left out, " .. python() .. " has no maraboupy"
    elseif name == "nnenum" and not options.nnenum then
      reason = "nnenum: left out, --nnenum names no folder of its sources"
    end
    table.insert(reason and left_out or names, reason or name)
  end
  return names, left_out
end

--- Folder and seconds of `FOLDER` or `FOLDER:SECONDS`.
local function parse(text, default)
  local folder, seconds = text:match "^(.-)/?:([%d.]+)$"
  return folder or text:match "^(.-)/?$", tonumber(seconds) or default
end

local function cases(options)
  local names, list = present(options), {}
  for _, text in ipairs(options.folders) do
    local folder, seconds = parse(text, options.time_limit)
    local all, message = instances.read(folder .. "/instances.csv")
    if not all then return nil, message end
    local count = options.sample > 0 and math.min(options.sample, #all) or #all
    local order = tensor.random(options.seed):permutation(#all)
    for position = 1, count do
      local instance = all[order[position]]
      for _, tool in ipairs(names) do
        if tool == "vnnlua" or options.peer_sample == 0 or position <= options.peer_sample then
          list[#list + 1] = {
            family = folder:match "[^/]*$",
            network = instance.network,
            property = instance.property,
            time_limit = seconds,
            tool = tool,
          }
        end
      end
    end
  end
  return list
end

--- By how much onnxruntime meets the property at a counterexample, or why that is not known.
local function replayed(case, counterexample)
  local words = { python(), peers, "replay", case.network, case.property, counterexample }
  local text, message = shell.output(shell.line(words) .. " 2>&1")
  local slack = text and tonumber(text:match "[^\n]*\n?$":match "%S+")
  return slack, not slack and (text or message):match "[^\n]*$" or nil
end

local function run(case, options)
  local folder <close> = assert(system.temporary_folder())
  local answer, counterexample, errors = folder.path .. "/answer", folder.path .. "/found", folder.path .. "/errors"
  local timed = ("TIMEFORMAT='%%R %%U %%S'; time timeout --kill-after=1 %g %s >/dev/null 2>%s; true"):format(
    case.time_limit + grace_s, shell.line(tools(options)[case.tool](case, answer, counterexample)),
    shell.quote(errors))
  local text, message = shell.output(shell.line { "bash", "-c", timed } .. " 2>&1")
  if not text then return nil, message end
  local wall, user, kernel = text:match "(%S+) (%S+) (%S+)%s*$"
  local said = system.exists(answer) and json.load(answer) or {}
  local is_late = tonumber(wall) >= case.time_limit
  local row = {
    verdict = said.verdict or is_late and "timeout" or "error",
    seconds = tonumber(wall),
    process_s = tonumber(user) + tonumber(kernel),
    own_s = said.processor_s or tonumber(user) + tonumber(kernel),
    decided_by = said.decided_by,
    bound = said.bound,
    nodes = said.nodes,
    open = said.open and #said.open or nil,
    reason = said.reason,
  }
  if row.verdict == "error" then
    row.reason = (system.read_file(errors) or ""):gsub("%s+$", ""):match "[^\n]*$"
  elseif row.verdict == "sat" then
    row.slack, row.reason = replayed(case, counterexample)
  end
  return row
end

return {
  name = "verifiers",
  description = "What our verifier and others decide of benchmarks of the verification competition, and how fast.",
  arguments = {
    {
      name = "folders",
      type = "list",
      selects = true,
      help = "folders with instances.csv, separated by commas; each may have its own limit: FOLDER:SECONDS",
    },
  },
  options = {
    { name = "time_limit", default = 20.0, minimum = 1, selects = true, help = "seconds per instance" },
    {
      name = "tools",
      default = { "vnnlua", "marabou", "nnenum" },
      choices = { "vnnlua", "marabou", "nnenum" },
      selects = true,
      help = "which verifiers",
    },
    { name = "nnenum", type = "string", selects = true, help = "folder of nnenum's sources" },
    { name = "sample", default = 0, minimum = 0, selects = true, help = "instances of each folder; 0: all" },
    {
      name = "peer_sample",
      default = 0,
      minimum = 0,
      selects = true,
      help = "of these, how many the other verifiers get; 0: all",
    },
    { name = "seed", default = 1, selects = true, help = "seed of the samples" },
  },
  cases = cases,
  run = run,
  report = function(rows, options, context)
    local _, left_out = present(options)
    print(verdicts.report(rows, context.failures or {}, left_out))
  end,
}
