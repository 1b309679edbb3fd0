--- Tested values as all tables and pages write them.
local paired = require "shared.paired"

local written = {}

---@alias shared.Unit
---| "logarithm" # a factor
---| "plain" # as it is
---| nil # points of a percentage

--- A number as its unit has it.
---@param value number?
---@param unit shared.Unit
---@return string
function written.number(value, unit)
  if not value then return "–" end
  if unit == "logarithm" then return ("×%.2f"):format(math.exp(value)) end
  if unit == "plain" then return (("%+.2f"):format(value):gsub("^-", "−")) end
  return (("%+.1f"):format(100 * value):gsub("^-", "−"))
end

--- A value with its interval and chance.
---@param result shared.Tested
---@param unit shared.Unit
---@return string
function written.result(result, unit)
  if not result.value then return "–" end
  local parts = {}
  if result.low then
    parts[1] = ("%s to %s"):format(written.number(result.low, unit), written.number(result.high, unit))
  end
  if result.p_holm then parts[#parts + 1] = "p " .. paired.chance(result.p_holm) end
  local text = written.number(result.value, unit)
  return #parts > 0 and ("%s (%s)"):format(text, table.concat(parts, "; ")) or text
end

--- The same with what it comes to.
---@param result shared.Tested
---@param unit shared.Unit
---@return string
function written.outcome(result, unit) return ("%s: %s"):format(written.result(result, unit), result.outcome) end

return written
