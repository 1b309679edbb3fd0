--- Runs single cases of an experiment: in this process, or in one that a sweep has started for it.
local code = require "vnn.experiment.code"
local json = require "vnn.json"
local plan = require "vnn.experiment.plan"
local script = require "vnn.script"
local settings = require "vnn.settings"
local shell = require "vnn.host.shell"
local store = require "vnn.experiment.store"
local system = require "vnn.system"

local worker = {}

--- What `run` and `report` get beside the case and the options.
---@class vnn.experiment.Context
---@field folder? string the folder of `--out`; nil without it
---@field id? string the address of the case that runs
---@field failures? table[] for `report`: the rows of cases that failed, with the field `failure`
---@field total? integer for `report`: how many cases are chosen; `rows` and `failures` may be fewer
---@field choices? string[][] for `report`: the values of `--only` that chose them, one list for each command
local Context = {}
Context.__index = Context

--- The file of something that cases share and that takes long to make, such as a trained network: made once for all
--- cases and processes of a sweep, which wait for it meanwhile, and kept for the next one.
---@param parameters table<string, string|number|boolean> what it depends on, besides the experiment's version
---@param extension string of the file, without a dot
---@param build fun(path: string): any, string? writes the file at `path`; nil and a message when it cannot
---@return string? path nil when `build` gave nil
---@return string? message
function Context:artefact(parameters, extension, build)
  local done, canonical = pcall(store.canonical, parameters)
  if not done then error("artefact: " .. canonical, 2) end
  local folder = self.folder
  if not folder then
    if not self.temporary then
      local made, message = system.temporary_folder()
      if not made then return nil, message end
      self.temporary = made
      assert(system.make_directory(made.path .. "/artefacts"))
    end
    folder = self.temporary.path
  end
  local address = store.address(self.experiment.name, self.experiment.version or 1, canonical)
  local path, message = store.artefact(folder, address, extension, build)
  if self.artefacts then table.insert(self.artefacts, path) end
  return path, message
end

--- The command lines that run the same cases into a folder DIR, for a report: one for each choice of cases.
---@param options table<string, any> values of the script's options
---@return string
function Context:command(options)
  local words, lines = { "vnnlua", arg[0] }, {}
  for position, choice in ipairs(#(self.choices or {}) > 0 and self.choices or { {} }) do
    local own = position == 1 and script.words(self.experiment, options) or { "--resume" }
    local line = table.move(own, 1, #own, 3, { table.unpack(words) })
    for _, filter in ipairs(choice) do
      line[#line + 1] = "--only"
      line[#line + 1] = filter
    end
    lines[position] = shell.line(line) .. " --out DIR"
  end
  return table.concat(lines, "\n")
end

--- The context of an experiment's cases.
---
--- ```lua
--- local context = require("vnn.experiment.worker").context({ name = "grid" })
--- local path = assert(context:artefact({ seed = 1 }, "txt", function(path)
---   return require("vnn.system").write_file(path, "made once")
--- end))
--- print(require("vnn.system").read_file(path)) --> made once
--- ```
---@param declaration vnn.script.Declaration
---@param folder? string of the sweep
---@return vnn.experiment.Context
function worker.context(declaration, folder)
  settings.expect("worker.context", 1, declaration, "a table")
  settings.expect("worker.context", 2, folder, "a string or nothing")
  return setmetatable({ experiment = declaration, folder = folder }, Context)
end

--- Runs one case.
---
--- ```lua
--- local worker = require "vnn.experiment.worker"
--- local declaration = { name = "squares", run = function(case) return { square = case.number ^ 2 } end }
--- local text = worker.run(declaration, {}, { number = 3 }, worker.context(declaration))
--- print(require("vnn.json").decode(text).square) --> 9
--- ```
---@param declaration vnn.script.Declaration
---@param options table<string, any>
---@param case table<string, string|number|boolean>
---@param context vnn.experiment.Context
---@return string? result the fields of the result as a JSON object, nil when the case failed
---@return string? message why
function worker.run(declaration, options, case, context)
  settings.expect("worker.run", 1, declaration, "a table")
  settings.expect("worker.run", 2, options, "a table")
  settings.expect("worker.run", 3, case, "a table")
  settings.expect("worker.run", 4, context, "a table")
  local copy = {}
  for key, value in pairs(case) do copy[key] = value end
  local start = system.clock()
  local result, message = declaration.run(copy, options, context)
  if result == nil and type(message) == "string" then return nil, message end
  if type(result) ~= "table" then
    return nil, ("run: expected a table, or nil and a message, got %s"):format(type(result))
  end
  local fields = { seconds_total = system.clock() - start }
  local parameters = plan.parameters(declaration, options, case)
  for key, value in pairs(result) do
    if plan.reserved[key] then
      return nil, ("run: the result's field '%s' has a name that every row uses itself"):format(key)
    end
    -- A parameter may be repeated.
    if parameters[key] == nil then
      fields[key] = value
    elseif parameters[key] ~= value then
      return nil, ("run: the result's field '%s' is %s, and a parameter of the case is %s"):format(
        key, tostring(value), tostring(parameters[key]))
    end
  end
  local done, text = pcall(store.encode, fields)
  if not done then return nil, "run: the result: " .. text end
  return text
end

local function traced(message) return { message = tostring(message), trace = debug.traceback("", 2) } end

--- Runs one case as `run` does; an error is why it failed.
---
--- ```lua
--- local worker = require "vnn.experiment.worker"
--- local declaration = { name = "broken", run = function() error("no case is good", 0) end }
--- print((select(2, worker.attempt(declaration, {}, {}, worker.context(declaration))))) --> no case is good
--- ```
---@param declaration vnn.script.Declaration
---@param options table<string, any>
---@param case table<string, string|number|boolean>
---@param context vnn.experiment.Context
---@return string? result the fields of the result as a JSON object, nil when the case failed
---@return string? message why
---@return string? log what helps to find the cause: the traceback of an error, the artefacts that it used
function worker.attempt(declaration, options, case, context)
  settings.expect("worker.attempt", 1, declaration, "a table")
  settings.expect("worker.attempt", 2, options, "a table")
  settings.expect("worker.attempt", 3, case, "a table")
  settings.expect("worker.attempt", 4, context, "a table")
  context.artefacts = {}
  local finished, result, message = xpcall(worker.run, traced, declaration, options, case, context)
  if finished and result then return result end
  local log = {}
  if not finished then
    -- Lua calls no handler when memory is lacking.
    message = type(result) == "table" and result.message or tostring(result)
    log[1] = message .. (type(result) == "table" and result.trace or "")
  end
  for _, path in ipairs(context.folder and context.artefacts or {}) do
    log[#log + 1] = ("it used %s: delete that if it is damaged"):format(path)
  end
  return nil, message, table.concat(log, "\n")
end

--- Runs the cases that the process that started this one sends, until it sends no more, and says with each answer which
--- code gave it. What a case prints goes to the sweep's log.
---@param parent vnn.Parent
---@param declaration vnn.script.Declaration
---@param options table<string, any>
---@param folder string of the sweep
---@return integer code
function worker.serve(parent, declaration, options, folder)
  settings.expect("worker.serve", 1, parent, "vnn.Parent")
  settings.expect("worker.serve", 2, declaration, "a table")
  local context = worker.context(declaration, folder)
  -- What a case has printed must not be lost when it crashes.
  io.stdout:setvbuf "line"
  local own = code.of(declaration)
  parent:send("ready " .. own.digest)
  for request in function() return parent:receive() end do
    local case = json.decode(request:sub(66))
    parent:send "begun"
    context.id = request:sub(1, 64)
    local result, message, log = worker.attempt(declaration, options, case, context)
    io.stdout:flush()
    if log and log ~= "" then io.stderr:write(log, "\n") end
    local now = code.renewed(own, declaration)
    if now ~= own then
      assert(code.keep(folder, now))
      own = now
    end
    parent:send(result and ("done %s %s"):format(own.digest, result) or "failed " .. json.encode(message))
  end
  return 0
end

return worker
