--- Colours for terminals, where the terminal has them and nobody objects (https://no-color.org).
local settings = require "vnn.settings"
local system = require "vnn.system"

local colour = {}

--- Gone in a sandbox, as the environment.
local variable = os.getenv or function() end

local codes = { number = "36", text = "32", key = "34", name = "1", error = "31", faint = "2", prompt = "1;32" }

--- What the names of terminals with colours have in them.
local with_colours = {
  "color", "xterm", "screen", "tmux", "rxvt", "linux", "kitty", "alacritty", "foot", "ghostty",
}

local function has_colours()
  if not system.is_terminal "stdout" or (variable "NO_COLOR" or "") ~= "" then return false end
  local terminal = variable "TERM" or ""
  for _, word in ipairs(with_colours) do
    if terminal:find(word, 1, true) then return true end
  end
  return (variable "COLORTERM" or "") ~= ""
end

local is_on

--- Whether colours reach somebody's eyes.
---@return boolean
function colour.is_on()
  if is_on == nil then is_on = has_colours() end
  return is_on
end

--- A text in the colour of its kind, or as it is where there are no colours.
---
--- ```lua
--- print(require("vnn.prompt.colour").paint("number", "42")) --> 42
--- ```
---@param kind "number"|"text"|"key"|"name"|"error"|"faint"|"prompt"
---@param text string
---@return string
function colour.paint(kind, text)
  settings.expect("colour.paint", 1, kind, "a string")
  settings.expect("colour.paint", 2, text, "a string")
  return colour.is_on() and codes[kind] and ("\27[%sm%s\27[0m"):format(codes[kind], text) or text
end

return colour
