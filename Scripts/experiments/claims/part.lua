--- One part of a finding, tested: a mean over problems that is claimed to lie above 0, below it, or near it, in one
--- cell of the grid or in each of several.
---
--- What is claimed of every one of several cells each must show, so the largest p of all counts (R. L. Berger,
--- "Multiparameter Hypothesis Testing and Acceptance Sampling", 1982); that some cell shows the opposite is one of
--- several chances, so its p is multiplied by their number. The interval of a cell that the data chose would be too
--- short: there is none.
local tested = require "shared.tested"

local part = {}

---@class claims.Part
---@field name string
---@field text string what is claimed, and what the number is
---@field unit "logarithm"? what the number is: a share or a difference of shares, or the logarithm of a ratio of times
---@field claims "above"|"below"|"near" 0; near is by `margin` at most
---@field margin number?
---@field cells fun(list: paper.Pair[]): shared.Value[][] of the pairs of a setting; what is claimed is so in each
---@field paper number? what the paper has
---@field is_ours boolean? whether the paper does not claim it: it counts for no verdict

--- How little a result shows of what is claimed: what points the other way shows nothing, however clearly.
local function lack(result) return result.direction > 0 and result.p or 1 end

--- What a part shows of the pairs of a setting; of several cells that one which shows least.
---@param definition claims.Part
---@param list paper.Pair[]
---@return shared.Tested
function part.test(definition, list)
  local least, has_room, can_hold, cells = nil, false, true, definition.cells(list)
  for _, values in ipairs(cells) do
    local result = tested.mean(values, definition.claims, definition.margin)
    if not result.p then return result end
    has_room, can_hold = has_room or result.has_room, can_hold and result.has_room
    local is_less = not least or lack(result) > lack(least)
      or lack(result) == lack(least) and result.direction < least.direction
    if is_less then least = result end
  end
  if not least then return tested.mean({}, definition.claims, definition.margin) end
  if #cells > 1 then least.low, least.high = nil, nil end
  if least.direction <= 0 then least.p = math.min(1.0, #cells * least.p) end
  least.has_room, least.can_hold, least.cells = has_room, can_hold, #cells
  return least
end

return part
