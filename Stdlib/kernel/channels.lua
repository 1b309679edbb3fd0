--- What a kernel sends to its front ends, through what the program lends it (`Sources/vnnlua/Kernel.swift`).
local json = require "vnn.json"
local settings = require "vnn.settings"

local channels = {}

---@class vnn.kernel.channels.Lent
---@field publish fun(type: string, content: string)
---@field reply fun(type: string, content: string)
---@field allow_input fun(is_allowed: boolean)
---@field ask fun(prompt: string): string?
---@field refuse_others fun()
---@field interject fun(waits: boolean): string?, string? the kind and the content of a request that interrupts
---@field resume fun()
---@field stop fun()
---@field handle fun(type: string, content: string)

local function nothing() end

--- Nobody listens before there is a front end.
---@type vnn.kernel.channels.Lent
local lent = {
  publish = nothing, reply = nothing, allow_input = nothing, ask = nothing, refuse_others = nothing, stop = nothing,
  interject = nothing, resume = nothing, handle = nothing,
}

--- Names whose empty tables are objects, where JSON cannot tell.
local objects = { "metadata", "data", "transient", "user_expressions", "comms", "body" }

--- A message's content as JSON.
---
--- ```lua
--- print(require("vnn.kernel.channels").encode { status = "ok", metadata = {} }) --> {"metadata":{},"status":"ok"}
--- ```
---@param content table
---@return string
function channels.encode(content)
  settings.expect("channels.encode", 1, content, "a table")
  if next(content) == nil then return "{}" end
  local text = json.encode(content)
  -- Inside of a string the marks would be escaped.
  for _, name in ipairs(objects) do text = text:gsub('"' .. name .. '":%[%]', '"' .. name .. '":{}') end
  return text
end

--- Takes what the program lends.
---@param functions vnn.kernel.channels.Lent
function channels.lend(functions)
  settings.expect("channels.lend", 1, functions, "a table")
  lent = functions
end

--- Tells all front ends.
---@param type string such as `display_data`
---@param content table
function channels.publish(type, content)
  settings.expect("channels.publish", 1, type, "a string")
  settings.expect("channels.publish", 2, content, "a table")
  lent.publish(type, channels.encode(content))
end

--- Answers the request that is being worked on.
---@param type string such as `execute_reply`
---@param content table
function channels.reply(type, content)
  settings.expect("channels.reply", 1, type, "a string")
  settings.expect("channels.reply", 2, content, "a table")
  lent.reply(type, channels.encode(content))
end

--- Whether whoever reads the standard input asks the front end.
---@param is_allowed boolean
function channels.allow_input(is_allowed)
  settings.expect("channels.allow_input", 1, is_allowed, "a boolean")
  lent.allow_input(is_allowed)
end

--- Asks the front end for a line.
---@param prompt string
---@return string? line nil when nobody can be asked
function channels.ask(prompt)
  settings.expect("channels.ask", 1, prompt, "a string")
  return lent.ask(prompt)
end

--- Has requests to execute that have come by now refused.
function channels.refuse_others() lent.refuse_others() end

--- Answers a request of the control channel while a cell runs.
---@param waits boolean whether to wait for one
---@return boolean done false where none has come, or after an interrupt
function channels.take_control(waits)
  settings.expect("channels.take_control", 1, waits, "a boolean")
  local type, content = lent.interject(waits)
  if not type then return false end
  -- One cell at a time.
  if type == "execute_request" then
    channels.reply("execute_reply", { status = "aborted" })
  else
    lent.handle(type, content)
  end
  lent.resume()
  return true
end

--- Interrupts what runs.
function channels.stop() lent.stop() end

return channels
