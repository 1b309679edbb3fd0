--- The standard normal distribution. `vnn.statistics` says what each function takes and gives.
local settings = require "vnn.settings"

local normal = {}

function normal.tail(z)
  settings.expect("normal.tail", 1, z, "a number")
  if z < 0 then return 1 - normal.tail(-z) end
  if z > 40 then return 0.0 end
  local density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
  if z < 3 then
    local sum, term, n = z, z, 1
    while term > 1e-17 * sum do
      n = n + 2
      term = term * z * z / n
      sum = sum + term
    end
    return 0.5 - density * sum
  end
  local fraction = 0.0
  for k = 200, 1, -1 do fraction = k / (z + fraction) end
  return density / (z + fraction)
end

function normal.quantile(tail)
  settings.expect("normal.quantile", 1, tail, "a number")
  local low, high = -40.0, 40.0
  for _ = 1, 100 do
    local middle = (low + high) / 2
    if normal.tail(middle) > tail then
      low = middle
    else
      high = middle
    end
  end
  return (low + high) / 2
end

return normal
