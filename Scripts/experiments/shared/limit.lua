--- The limit of a run, by the clock that it was given in.
local limit = {}

--- Whether a find came within the limit of its run, with what its network's making took where that counts. After it it
--- is none: the dense network's run had no more time.
---@param row table with `time_limit`, and `limit_in` where that is not "processor"
---@param wall_s number? seconds to the find; nil where there is none
---@param processor_s number?
---@return boolean
function limit.holds(row, wall_s, processor_s)
  local spent = row.limit_in == "wall" and wall_s or processor_s
  return spent ~= nil and spent <= row.time_limit
end

return limit
