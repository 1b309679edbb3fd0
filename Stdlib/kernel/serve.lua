--- Answers the requests of Jupyter's front ends ("Messaging in Jupyter", protocol 5.4): a second front end of the
--- prompt's session.
local cell = require "vnn.kernel.cell"
local channels = require "vnn.kernel.channels"
local debugging = require "vnn.kernel.debugging"
local json = require "vnn.json"
local look = require "vnn.kernel.look"
local session = require "vnn.prompt.session"
local settings = require "vnn.settings"
local system = require "vnn.system"

local serve = {}

--- What answers each kind of request: the kind and the content of the reply, unless it has replied itself.
---@type table<string, fun(content: table): string?, table?>
local answers = {}

function answers.kernel_info_request()
  return "kernel_info_reply", {
    status = "ok",
    protocol_version = "5.4",
    implementation = "vnnlua",
    implementation_version = system.version,
    banner = ("vnnlua %s, %s; help() explains"):format(system.version, _VERSION),
    debugger = debugging.is_possible(),
    supported_features = debugging.is_possible() and { "debugger" } or {},
    help_links = { { text = "Lua 5.4", url = "https://www.lua.org/manual/5.4/" } },
    language_info = {
      name = "lua",
      version = _VERSION:match "[%d.]+",
      mimetype = "text/x-lua",
      file_extension = ".lua",
      pygments_lexer = "lua",
      codemirror_mode = "lua",
    },
  }
end

function answers.execute_request(content) cell.execute(content) end

function answers.complete_request(content) return "complete_reply", look.complete(content.code, content.cursor_pos) end

function answers.inspect_request(content)
  return "inspect_reply", look.inspect(content.code, content.cursor_pos, content.detail_level == 1)
end

function answers.is_complete_request(content) return "is_complete_reply", look.is_complete(content.code) end

function answers.history_request(content) return "history_reply", look.history(content) end

function answers.comm_info_request() return "comm_info_reply", { status = "ok", comms = {} } end

function answers.debug_request(content) return "debug_reply", debugging.answer(content) end

--- Nothing here has another end for a comm.
function answers.comm_open(content)
  channels.publish("comm_close", { comm_id = content.comm_id, data = {} })
end

local function refuse(type, message)
  local reply = { status = "error", ename = "Error", evalue = message, traceback = {} }
  channels.reply((type:gsub("_request$", "_reply")), reply)
end

--- Answers a request.
---@param type string such as `execute_request`; an unknown one is not answered, as the protocol wants it
---@param text string its content as JSON
function serve.handle(type, text)
  settings.expect("serve.handle", 1, type, "a string")
  settings.expect("serve.handle", 2, text, "a string")
  local answer = answers[type]
  if not answer then return end
  local done, kind, content = pcall(answer, json.decode(text))
  if not done then
    refuse(type, tostring(kind))
  elseif kind then
    channels.reply(kind, content)
  end
end

--- Ends what was stopped.
---@param type string of the request
---@param message string
function serve.stopped(type, message)
  settings.expect("serve.stopped", 1, type, "a string")
  settings.expect("serve.stopped", 2, message, "a string")
  if type == "execute_request" then
    cell.stopped(message)
  elseif answers[type] then
    refuse(type, message)
  end
end

--- Begins.
---@param publish fun(type: string, content: string)
---@param reply fun(type: string, content: string)
---@param allow_input fun(is_allowed: boolean)
---@param ask fun(prompt: string): string?
---@param refuse_others fun()
---@param interject fun(waits: boolean): string?, string?
---@param resume fun()
---@param stop fun()
function serve.start(publish, reply, allow_input, ask, refuse_others, interject, resume, stop)
  settings.expect("serve.start", 1, publish, "a function")
  settings.expect("serve.start", 2, reply, "a function")
  settings.expect("serve.start", 3, allow_input, "a function")
  settings.expect("serve.start", 4, ask, "a function")
  settings.expect("serve.start", 5, refuse_others, "a function")
  settings.expect("serve.start", 6, interject, "a function")
  settings.expect("serve.start", 7, resume, "a function")
  settings.expect("serve.start", 8, stop, "a function")
  channels.lend {
    publish = publish, reply = reply, allow_input = allow_input, ask = ask, refuse_others = refuse_others,
    interject = interject, resume = resume, stop = stop, handle = serve.handle,
  }
  session.start(channels.ask, channels.stop, cell.front)
  require("vnn.kernel.display").prepare()
  debugging.prepare()
end

return serve
