--- Learn a price from a table, judge it on rows that were held out, and save a network that speaks the table's units.
local data = require "vnn.data"
local nn = require "vnn.nn"
local system = require "vnn.system"
local tensor = require "vnn.tensor"

-- A table to try it on: what a house costs, by its area and age. Columns that are not asked for may hold anything.
local function write_example(path)
  local random, lines = tensor.random(1), { "area,age,town,price" }
  local areas, ages, noise = random:uniform(600, 30, 200), random:uniform(600, 0, 80), random:normal(600, 0, 5000)
  for row = 1, 600 do
    local area, age = areas[row], ages[row]
    local price = 3000 * area - 20 * age * area + (age < 5 and 40000 or 0) + noise[row]
    lines[#lines + 1] = ('%.1f,%.0f,"Homburg, Bad",%.0f'):format(area, age, price)
  end
  assert(system.write_file(path, table.concat(lines, "\n") .. "\n"))
end

local function run(options)
  if not options.table then
    options.table = "houses.csv"
    write_example(options.table)
  end
  local rows = assert(data.load(options.table, { inputs = { "area", "age" }, targets = "price" }))
  rows = rows:shuffle(tensor.random(2))
  local held = rows.count // 5
  local train, test = rows:subset(held + 1, rows.count), rows:subset(1, held)
  -- Inputs and prices are standardised inside; what comes back takes square metres and gives money.
  local network, facts = assert(nn.train(nn.mlp({ train.inputs, 16, 16, 1 }, { seed = 1 }), train, {
    epochs = 500,
    validation_share = 0.2,
    patience = 30,
    loss = "huber",
  }))
  print(("%s: best epoch %d of %d"):format(network, facts.best_epoch, facts.epochs))
  print(("held out: R2 %.3f, root mean square error %.0f"):format(network:r2(test), network:rmse(test)))
  print(("100 square metres, 20 years old: %.0f"):format(network:forward({ 100, 20 })[1]))
  assert(network:save(options.out))
  return true
end

return {
  name = "regression",
  description = "Learns a number from the columns of a table.",
  options = {
    { name = "table", type = "string", help = "CSV file with the columns area, age and price (default: one is made)" },
    { name = "out", default = "price.safetensors", help = "file to write" },
  },
  run = run,
}
