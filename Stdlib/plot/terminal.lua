--- Pictures of letters and colours, for terminals: bars, histograms, networks, matrices. `vnn.plot` says what each
--- takes.
local colour = require "vnn.prompt.colour"
local settings = require "vnn.settings"

local terminal = {}

--- The same colours as those of the pictures in files.
local bar_colour = { 0, 114, 178 }

--- From few to many, and from below zero through zero to above, told apart by their lightness, too.
local ramps = {
  upwards = { { 13, 22, 63 }, { 33, 93, 140 }, { 53, 158, 134 }, { 150, 205, 86 }, { 253, 231, 76 } },
  both_ways = { { 5, 48, 97 }, { 67, 147, 195 }, { 247, 247, 247 }, { 214, 96, 77 }, { 103, 0, 31 } },
}

local shades = { " ", "░", "▒", "▓", "█" }

local function paint(text, foreground, background)
  if not colour.is_on() then return text end
  local codes = ("38;2;%d;%d;%d"):format(table.unpack(foreground))
  if background then codes = codes .. (";48;2;%d;%d;%d"):format(table.unpack(background)) end
  return ("\27[%sm%s\27[0m"):format(codes, text)
end

--- The colour at a place of a ramp, from 0 to 1.
local function colour_at(ramp, place)
  local position = 1 + math.min(math.max(place, 0), 1) * (#ramp - 1)
  local index = math.min(math.floor(position), #ramp - 1)
  local mixed = {}
  for channel = 1, 3 do
    local low, high = ramp[index][channel], ramp[index + 1][channel]
    mixed[channel] = math.floor(low + (high - low) * (position - index) + 0.5)
  end
  return mixed
end

local function width_of(text) return utf8.len(text) or #text end

local function padded(text, width) return text .. (" "):rep(width - width_of(text)) end

--- A bar of so many cells, in eighths where letters are drawn without colours, too.
local function bar(cells)
  local whole = math.floor(cells)
  local eighths = math.floor((cells - whole) * 8 + 0.5)
  local last = eighths > 0 and utf8.char(0x2590 - eighths) or ""
  return ("█"):rep(whole) .. last
end

function terminal.bars(rows, options)
  settings.expect("plot.bars", 1, rows, "a list of tables")
  options = settings.of("plot.bars", options or {}, { width = 40 })
  settings.expect("plot.bars", "width", options.width, "an integer")
  local names, most, lines = 0, 0, {}
  for position, row in ipairs(rows) do
    if type(row[2]) ~= "number" or row[2] < 0 then
      error(("plot.bars: row %d: expected a name and a number, 0 or more"):format(position), 2)
    end
    names, most = math.max(names, width_of(tostring(row[1]))), math.max(most, row[2])
  end
  for position, row in ipairs(rows) do
    local drawn = bar(most > 0 and row[2] / most * options.width or 0)
    lines[position] = ("%s %s %.6g"):format(padded(tostring(row[1]), names), paint(drawn, bar_colour), row[2])
  end
  return table.concat(lines, "\n")
end

function terminal.histogram(values, options)
  options = settings.of("plot.histogram", options or {}, { bins = 10, width = 40 })
  settings.expect("plot.histogram", "bins", options.bins, "an integer")
  if options.bins < 1 then error("plot.histogram: bins: expected 1 or more", 2) end
  if type(values) == "userdata" then values = values:reshape({ values.count }):table() end
  settings.expect("plot.histogram", 1, values, "a list")
  local low, high, finite = math.huge, -math.huge, {}
  for position, value in ipairs(values) do
    if type(value) ~= "number" then
      error(("plot.histogram: argument 1: element %d: expected a number"):format(position), 2)
    end
    if value == value and math.abs(value) < math.huge then
      finite[#finite + 1], low, high = value, math.min(low, value), math.max(high, value)
    end
  end
  if #finite == 0 then return "no finite number" end
  local step = (high - low) / options.bins
  local counts, rows = {}, {}
  for _, value in ipairs(finite) do
    local bin = step > 0 and math.min(math.floor((value - low) / step) + 1, options.bins) or 1
    counts[bin] = (counts[bin] or 0) + 1
  end
  for bin = 1, step > 0 and options.bins or 1 do
    rows[bin] = { ("%9.3g to %9.3g"):format(low + (bin - 1) * step, low + bin * step), counts[bin] or 0 }
  end
  return terminal.bars(rows, { width = options.width })
end

--- A cell whose lightness is a value from 0 to 1.
local function cell(value)
  if colour.is_on() then return paint("█", colour_at(ramps.upwards, value)) end
  return shades[1 + math.floor(math.min(math.max(value, 0), 1) * (#shades - 1) + 0.5)]
end

--- How much of every neuron's weights is left, from 0 to 1.
local function shares(layer)
  local weight = layer.weight
  local flat = weight:reshape({ weight.shape[1], weight.count // weight.shape[1] })
  return flat:not_equal(0):mean(2):table()
end

function terminal.network(network, options)
  options = settings.of("plot.network", options or {}, { width = 64 })
  settings.expect("plot.network", "width", options.width, "an integer")
  if type(network) ~= "userdata" or not tostring(network):find "^Network" then
    error("plot.network: argument 1: expected vnn.Network, got " .. type(network), 2)
  end
  local lines = { ("inputs    %d"):format(network.inputs) }
  for index = 1, network.depth do
    local left = shares(network:layer(index))
    local sum, cells = 0, {}
    for _, share in ipairs(left) do sum = sum + share end
    -- A wide layer shows means of neighbours.
    local group = math.max(1, math.ceil(#left / options.width))
    for start = 1, #left, group do
      local total, count = 0, 0
      for position = start, math.min(start + group - 1, #left) do total, count = total + left[position], count + 1 end
      cells[#cells + 1] = cell(total / count)
    end
    local name = index == network.depth and "outputs" or ("layer %d"):format(index)
    lines[#lines + 1] = ("%-9s %-5d %s %.0f %% of the weights left"):format(
      name, #left, table.concat(cells), 100 * sum / #left)
  end
  return table.concat(lines, "\n")
end

function terminal.matrix(matrix, options)
  options = settings.of("plot.matrix", options or {}, {}, { "low", "high" })
  if type(matrix) ~= "userdata" or matrix.rank ~= 2 then
    error("plot.matrix: argument 1: expected a matrix, rows x columns", 2)
  end
  local low, high = options.low or matrix:min(), options.high or matrix:max()
  local ramp = ramps.upwards
  if low < 0 and high > 0 then
    -- Zero is white.
    local far = math.max(-low, high)
    low, high, ramp = -far, far, ramps.both_ways
  end
  local rows, columns = matrix.shape[1], matrix.shape[2]
  local function place(row, column)
    local value = row <= rows and matrix[row][column] or low
    return high > low and value == value and (value - low) / (high - low) or 0
  end
  local lines = {}
  for row = 1, rows, colour.is_on() and 2 or 1 do
    local cells = {}
    for column = 1, columns do
      if colour.is_on() then
        -- Two pixels to a letter: the upper half is the letter, the lower one what is behind it.
        local below = row < rows and colour_at(ramp, place(row + 1, column)) or { 0, 0, 0 }
        cells[column] = paint("▀", colour_at(ramp, place(row, column)), below)
      else
        cells[column] = shades[1 + math.floor(place(row, column) * (#shades - 1) + 0.5)]:rep(2)
      end
    end
    lines[#lines + 1] = table.concat(cells)
  end
  return table.concat(lines, "\n")
end

return terminal
