--- Runs the cells of a notebook in the prompt's session.
local channels = require "vnn.kernel.channels"
local debugging = require "vnn.kernel.debugging"
local display = require "vnn.kernel.display"
local inputs = require "vnn.prompt.inputs"
local rich = require "vnn.kernel.rich"
local session = require "vnn.prompt.session"
local settings = require "vnn.settings"

local cell = {}

---@class vnn.kernel.cell.Cell the one that runs
---@field request table what was asked for
---@field number integer
---@field is_silent boolean whether nobody is to see anything of it
---@field is_kept boolean whether it counts as an input
---@field failure? { ename: string, evalue: string, traceback: string[] }

---@type vnn.kernel.cell.Cell?
local current

--- How the session shows what a cell has come to.
cell.front = {}

function cell.front.values(number, values)
  if current.is_silent then return end
  session.keep(number, values)
  local data = rich.bundle(values)
  session.entry().output = data["text/plain"]
  channels.publish("execute_result", { execution_count = number, data = data, metadata = {} })
end

function cell.front.fault(text, kind)
  local lines = {}
  for line in (text .. "\n"):gmatch "(.-)\n" do lines[#lines + 1] = line end
  current.failure = { ename = kind, evalue = lines[1], traceback = lines }
  if not current.is_silent then channels.publish("error", current.failure) end
end

--- The values of expressions that a front end wants to know after a cell.
local function evaluate_all(expressions)
  local found = {}
  for name, text in pairs(expressions or {}) do
    local body, message = inputs.compile(text, "expression")
    local results = table.pack(pcall(body or error, not body and message or nil))
    if results[1] then
      local values = table.pack(table.unpack(results, 3, results.n))
      found[name] = { status = "ok", data = rich.bundle(values), metadata = {} }
    else
      found[name] = { status = "error", ename = "Error", evalue = tostring(results[2]), traceback = {} }
    end
  end
  return found
end

--- Replies.
local function finish(done)
  display.finish()
  if not current.is_kept then session.forget(current.number) end
  local request, number, failure = current.request, current.number, current.failure
  local is_silent = current.is_silent
  current = nil
  if done then
    channels.reply("execute_reply", {
      status = "ok",
      execution_count = number,
      user_expressions = evaluate_all(request.user_expressions),
      payload = {},
    })
    return
  end
  if not failure then
    -- What has failed has said why; a front end waits for this.
    failure = { ename = "Error", evalue = "the input failed", traceback = {} }
    if not is_silent then channels.publish("error", failure) end
  end
  failure.status, failure.execution_count = "error", number
  if request.stop_on_error ~= false then channels.refuse_others() end
  channels.reply("execute_reply", failure)
end

--- Runs a cell.
---@param request table the content of the request
function cell.execute(request)
  settings.expect("cell.execute", 1, request, "a table")
  settings.expect("cell.execute", "code", request.code, "a string")
  local is_silent = request.silent == true
  current = {
    request = request,
    number = session.count() + 1,
    is_silent = is_silent,
    is_kept = not is_silent and request.store_history ~= false,
  }
  if not is_silent then
    channels.publish("execute_input", { code = request.code, execution_count = current.number })
  end
  channels.allow_input(request.allow_stdin == true)
  local text = request.code:gsub("\r\n", "\n")
  debugging.begin(current.number, text)
  finish(session.evaluate(text))
end

--- Ends the cell that was stopped.
---@param message string
function cell.stopped(message)
  settings.expect("cell.stopped", 1, message, "a string")
  if not current then return end
  session.interrupted(message)
  finish(false)
end

return cell
