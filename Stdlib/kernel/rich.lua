--- Values as front ends show them: always as text, and as a picture or as HTML where that says more.
local format = require "vnn.prompt.format"
local html = require "vnn.kernel.html"
local picture = require "vnn.kernel.picture"
local objects = require "vnn.prompt.objects"
local settings = require "vnn.settings"

local rich = {}

--- Matrices up to this many rows and columns show their numbers beside the picture.
local most_numbers = 10

local function add_tensor(data, tensor)
  if not picture.is_picture(tensor) then return end
  local png = picture.png(tensor)
  data["image/png"] = png
  if png and tensor.shape[1] <= most_numbers and tensor.shape[2] <= most_numbers and #tensor.shape == 2 then
    data["text/html"] = html.image(png, "") .. html.matrix(tensor:table())
  end
end

local function add_mask(data, mask)
  local parts = {}
  for position = 1, mask.depth do
    local layer = mask:layer(position)
    local png = picture.is_picture(layer) and picture.png(layer)
    if png then parts[#parts + 1] = html.image(png, ("layer %d"):format(position)) end
  end
  if #parts > 0 then data["text/html"] = html.paragraph(tostring(mask)) .. table.concat(parts) end
end

local adders = { ["vnn.Tensor"] = add_tensor, ["vnn.Mask"] = add_mask }

local function add_forms(data, value)
  if type(value) == "table" then
    data["text/html"] = html.table_of(value)
  elseif type(value) == "userdata" then
    local adder = adders[tostring(getmetatable(value))]
    local title, rows = objects.facts(value)
    if adder then
      adder(data, value)
    elseif title then
      data["text/html"] = html.facts(title, rows)
    end
  end
end

--- What is shown of some values, by the kind of content.
---
--- ```lua
--- local rich = require "vnn.kernel.rich"
--- print(rich.bundle({ "a", 1, n = 2 })["text/plain"]) --> "a"	1
--- print(rich.bundle({ { { rate = 0.5, found = 3 } }, n = 1 })["text/html"]:match "<th>%w+</th>") --> <th>found</th>
--- ```
---@param values { n: integer, [integer]: any }
---@return table<string, string> data
function rich.bundle(values)
  settings.expect("rich.bundle", 1, values, "a table")
  local parts = {}
  for position = 1, values.n do parts[position] = format.text(values[position]) end
  local data = { ["text/plain"] = table.concat(parts, "\t") }
  -- The text is always there; a form that cannot be made is left out.
  if values.n == 1 then pcall(add_forms, data, values[1]) end
  return data
end

return rich
