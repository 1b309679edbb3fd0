---@meta vnn.json
error 'this file only describes vnn.json to editors; write require "vnn.json"'

--- JSON text in and out, RFC 8259 and nothing beyond it. Objects are tables with names, arrays are sequences, `null`
--- is nil.
---
--- A number without fraction and exponent is an integer if 64 bits hold it; all others are floats, `3.0` and `-0`
--- among them, and past the largest float refused. Floats are written in the fewest digits that give them back, whole
--- ones without a fraction (`3`), so 3 and 3.0 have the same text; -0.0 is `-0.0`. Of members with the same name the
--- last one stays; problem files and other files that vnnlua itself reads may have none. Text is UTF-8 (a byte order
--- mark before it is skipped, half of a surrogate pair refused); other bytes in strings are written as U+FFFD. `\0` is
--- a character like others. Arrays and objects nest at most 100 deep.
---
--- ```lua
--- local json = require "vnn.json"
--- print(json.encode { name = "case", widths = { 4, 2 }, rate = 0.5 }) --> {"name":"case","rate":0.5,"widths":[4,2]}
--- print(json.decode('{"ok": true, "list": [1, 2.5]}').list[2]) --> 2.5
--- print(json.decode "[1,\n 2,]") --> nil	json.decode: not valid JSON: line 2, column 4: expected a value, got ']'
--- ```
local json = {}

---@class vnn.json.EncodeOptions
---@field indented? boolean over several lines (default: false)

--- A value as JSON. Tensors become nested arrays, empty tables `[]`, and names are sorted by their bytes. An error for
--- infinities, NaN, functions, and tables that have both positions and names or contain themselves.
---@param value any plain data and tensors
---@param options? vnn.json.EncodeOptions
---@return string
function json.encode(value, options) end

--- The value that a JSON text describes.
---@param text string
---@return any value nil when the text is no JSON
---@return string? message with the line and column
function json.decode(text) end

--- The value in a JSON file.
---@param path string
---@return any value nil when the file is missing or no JSON
---@return string? message with the line and column
function json.load(path) end

return json
