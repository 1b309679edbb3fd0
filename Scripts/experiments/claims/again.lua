--- Rows that were made again beside those that are kept, case by case, and whether they agree as far as they should.
local statistics = require "vnn.statistics"

local again = {}

--- What is asked of rows that another machine made. Its networks are trained in another order of sums, so that they are
--- not the same to the last digit, and a search may take another turn. Within the same limit a faster machine finds
--- more: what one run finds by more work than the other had done when it was cut off tells nothing of either.
again.tolerances = { same_found = 0.9, time_factor = 3 }

---@class claims.Again
---@field cases integer that are in both
---@field identical integer with the same network, verdict and number of simplex iterations
---@field beyond integer one found something, by more simplex iterations than the other did within its limit
---@field same_found integer of the others: both found something, or neither did
---@field ratio number? median time to a find, again over kept, where both found something
---@field agrees boolean

--- Processor seconds to what a run of any experiment found.
local function hit(row) return row.first_hit_processor_s or row.found and row.hit_processor_s or nil end

--- Whether what a run found took it more work than another, which found nothing, had done when it was cut off.
local function is_beyond(row, other)
  return other.status == "limit" and (row.first_hit_iterations or 0) > (other.iterations or math.huge)
end

--- Compares rows by their cases.
---@param kept_rows table[]
---@param new_rows table[]
---@return claims.Again
function again.compare(kept_rows, new_rows)
  local by_id, ratios = {}, {}
  for _, row in ipairs(kept_rows) do by_id[row.id] = row end
  local result = { cases = 0, identical = 0, beyond = 0, same_found = 0 }
  for _, row in ipairs(new_rows) do
    local kept = by_id[row.id]
    if kept then
      local function is_same(field) return kept[field] == row[field] and 1 or 0 end
      result.cases = result.cases + 1
      result.identical = result.identical + is_same "verdict" * is_same "iterations" * is_same "embedded_accuracy"
      local before, now = hit(kept), hit(row)
      if (before == nil) == (now == nil) then
        result.same_found = result.same_found + 1
      elseif is_beyond(before and kept or row, before and row or kept) then
        result.beyond = result.beyond + 1
      end
      if before and now then ratios[#ratios + 1] = now / before end
    end
  end
  result.ratio = statistics.median(ratios)
  local factor, comparable = again.tolerances.time_factor, result.cases - result.beyond
  result.agrees = comparable > 0 and result.same_found >= again.tolerances.same_found * comparable
    and (not result.ratio or result.ratio <= factor and result.ratio >= 1 / factor)
  return result
end

--- What is asked, in a line.
---@return string
function again.text_of_tolerances()
  return ("agreement: %.0f %% found alike of the cases that no limit cut off before, times to a find within a factor of"
    .. " %g in the median"):format(100 * again.tolerances.same_found, again.tolerances.time_factor)
end

--- The comparison in a line.
---@param result claims.Again
---@return string
function again.text(result)
  return ("%d cases, %d identical, %d found alike, %d beyond a limit, time %s: %s"):format(result.cases,
    result.identical, result.same_found, result.beyond, result.ratio and ("× %.2f"):format(result.ratio) or "unknown",
    result.agrees and "agrees" or "DIFFERS")
end

return again
