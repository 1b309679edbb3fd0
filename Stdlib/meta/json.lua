---@meta vnn.json
error 'this file only describes vnn.json to editors; write require "vnn.json"'

--- JSON text in and out. Objects are tables with names, arrays are sequences, `null` is nil.
---
--- ```lua
--- local json = require "vnn.json"
--- print(json.encode { name = "case", widths = { 4, 2 }, rate = 0.5 }) --> {"name":"case","rate":0.5,"widths":[4,2]}
--- print(json.decode('{"ok": true, "list": [1, 2.5]}').list[2]) --> 2.5
--- ```
local json = {}

---@class vnn.json.EncodeOptions
---@field indented? boolean over several lines (default: false)

--- A value as JSON. Tensors become nested arrays, empty tables `[]`, and names are sorted.
---@param value any plain data and tensors
---@param options? vnn.json.EncodeOptions
---@return string
function json.encode(value, options) end

--- The value that a JSON text describes.
---@param text string
---@return any value nil when the text is no JSON
---@return string? message
function json.decode(text) end

--- The value in a JSON file.
---@param path string
---@return any value nil when the file is missing or no JSON
---@return string? message
function json.load(path) end

return json
