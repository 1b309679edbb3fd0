--- Regressions: rows of numbers, files of them, losses, standard units, what is reported, and what goes wrong.
local data = require "vnn.data"
local nn = require "vnn.nn"
local progress = require "vnn.nn.progress"
local prune = require "vnn.prune"
local system = require "vnn.system"
local tensor = require "vnn.tensor"
local checks = require "support.checks"
local check, fails = checks.check, checks.fails_here

-- Rows of numbers.
local random = tensor.random(3)
local x = random:uniform({ 300, 2 }, 1000, 1010)
local y = x:matmul(tensor.from { { 2, 0 }, { -3, 1 } }) + tensor.from { 70, -1000 }
local rows = data.from_rows(x, y, { name = "lines", input_names = { "a", "b" }, target_names = { "c", "d" } })
check(rows.count == 300 and rows.inputs == 2 and rows.outputs == 2 and #rows.classes == 0 and rows.rows == 1)
check(tostring(rows) == "Dataset(lines train, 300 rows of 2 numbers, 2 targets)")
check(rows:images() == x and rows:targets() == y and rows:targets(4, 5) == y:slice(1, 4, 5))
check(rows.input_names[2] == "b" and rows.target_names[1] == "c" and rows:image(7) == x[7])
local part = rows:subset { 5, 2 }
check(part:targets()[1] == y[5] and part:shuffle(random).count == 2 and part.target_names[2] == "d")
local seen = 0
for inputs, targets in rows:batches(128, { random = random }) do
  check(inputs.shape[1] == targets.shape[1] and targets.shape[2] == 2)
  check(targets:allclose(inputs:matmul(tensor.from { { 2, 0 }, { -3, 1 } }) + tensor.from { 70, -1000 }))
  seen = seen + inputs.shape[1]
end
check(seen == 300)
local single = data.from_rows(tensor.from { 1, 2, 3 }, { 4, 5, 6 })
check(single.inputs == 1 and single.outputs == 1 and single:targets() == tensor.from { { 4 }, { 5 }, { 6 } })
local named = data.from_rows(x:slice(1, 1, 3), { 1, 2, 1 }, { classes = { "no", "yes" } })
check(named:label(2) == 2 and named.classes[2] == "yes" and named.outputs == 2)
check(data.from_rows(x:slice(1, 1, 2), tensor.from { 1, 3 }, { classes = true }).classes[3] == "2")
check(#data.from_rows(x:slice(1, 1, 2), { 1, 3 }, { classes = false }).classes == 0)
fails("expected targets for each of 300 rows, got 2", function() data.from_rows(x, { 1, 2 }) end)
fails("nan in row 1, column 1 of the targets", function() data.from_rows(tensor.ones { 1 }, { 0 / 0 }) end)
fails("argument 2: expected a tensor or a sequence of numbers", function() data.from_rows(x) end)
fails("expected a class from 1 on, got 0", function() data.from_rows(x, { 0 }, { classes = true }) end)
fails("unknown option 'input_name'; did you mean 'input_names'?", function()
  data.from_rows(x, y, { input_name = { "a" } })
end)
fails("expected examples with classes, got Dataset(lines train", function() rows:label(1) end)
fails("expected examples with classes", function() rows:labels() end)
fails("expected examples with real targets", function() named:targets() end)
fails("expected pictures", function() rows:resize(4) end)

-- Training: the linear functions come back in raw units, whatever the units of the data are.
local recipe = { epochs = 250, learning_rate = 1e-2, weight_decay = 0, validation_share = 0.2, patience = 40, seed = 4 }
local events = {}
recipe.on_epoch = function(event) events[#events + 1] = event end
local line, facts = nn.train(nn.mlp({ 2, 2 }, { seed = 1 }), rows, recipe)
check((line:layer(1).weight - tensor.from { { 2, -3 }, { 0, 1 } }):abs():max() < 1e-3, tostring(line:layer(1).weight))
check(line:forward({ 1000, 1000 }):allclose(tensor.from { -930, 0 }, { absolute = 0.1 }))
check(facts.r2 > 0.9999 and facts.rmse < 0.1 and facts.accuracy == nil and facts.best_epoch >= 1)
local last = events[#events]
check(last.validation_r2 > 0.9999 and last.validation_rmse < 0.1 and last.validation_accuracy == nil)
check(events[1].r2 < last.r2 and events[1].rmse > last.rmse and facts.history[1].r2 == events[1].r2)
local errors = line:forward(x) - y
check(math.abs(line:rmse(rows) - (errors * errors):mean() ^ 0.5) < 1e-12 and line:r2(rows) > 0.9999)
recipe.on_epoch = function(event) check(event.epoch > 0) end
recipe.on_batch = function(event) check(event.rmse >= 0 and event.accuracy == nil and event.r2 == nil) end
local same = nn.train(nn.mlp({ 2, 2 }, { seed = 1 }), rows, recipe)
check(same:layer(1).weight == line:layer(1).weight and same:layer(1).bias == line:layer(1).bias)
check(line.metadata.training_loss == "squares" and line.metadata.trained_on == "lines train 2 to 2")

-- What is saved speaks raw units; networks of one output are saved and loaded in every format.
local one = data.from_rows(x, y:slice(2, 1, 1))
local price = nn.train(nn.mlp({ 2, 6, 1 }, { seed = 2 }), one, { epochs = 150, loss = "huber", huber_delta = 0.5 })
check(price:r2(one) > 0.9, price:r2(one))
for _, name in ipairs { "price.safetensors", "price.npz", "price.onnx" } do
  local path = os.tmpname() .. name
  check(price:save(path))
  local back = assert(nn.load(path))
  check(back.outputs == 1 and back:forward(x):allclose(price:forward(x), { absolute = name:find "onnx" and 0.1 or 0 }))
  os.remove(path)
end
for _, loss in ipairs { "squares", "absolute", "huber" } do
  local fitted = nn.train(nn.mlp({ 2, 6, 1 }, { seed = 2 }), one, { epochs = 150, loss = loss, validation = one })
  check(fitted:r2(one) > 0.95, loss)
end

-- Logistic: one output for two classes, or targets from 0 to 1.
local above = {}
for row = 1, 300 do above[row] = x:at(row, 1) > x:at(row, 2) and 2 or 1 end
local sides = data.from_rows(x, above, { classes = { "below", "above" } })
local judge, judged = nn.train(nn.mlp({ 2, 8, 1 }, { seed = 5 }), sides, { epochs = 80, loss = "logistic" })
check(judged.accuracy > 0.95 and judged.r2 == nil and judge:accuracy(sides) > 0.95)
check(judge:forward({ 1009, 1001 })[1] > 0 and judge:forward({ 1001, 1009 })[1] < 0)
local soft = data.from_rows(x, tensor.from(above) - 1)
local _, softly = nn.train(nn.mlp({ 2, 8, 1 }, { seed = 5 }), soft, { epochs = 80, loss = "logistic" })
check(softly.loss == judged.loss and softly.accuracy == judged.accuracy)

-- A loop of one's own.
local own, standard = nn.mlp({ 2, 5, 1 }, { seed = 6 }), (x - 1005) / 3
local wanted = (y:slice(2, 1, 1) + 935) / 10
local optimizer = nn.adam(own, { learning_rate = 1e-2 })
local first = nn.loss(own, standard, wanted)
for _ = 1, 300 do
  local _, gradients = nn.loss(own, standard, wanted)
  optimizer:step(gradients)
end
check(nn.loss(own, standard, wanted) < 0.1 * first)
check(math.abs(nn.loss(own, standard, wanted) - ((own:forward(standard) - wanted) ^ 2):mean()) < 1e-12)
check(nn.loss(own, standard, wanted:flatten(), { loss = "absolute" }) > 0)
check(table.concat(nn.losses, " ") == "squares absolute huber logistic cross_entropy")

-- The line at the terminal has what there is.
local batch_event
nn.train(nn.mlp { 2, 1 }, one, { epochs = 1, on_batch = function(event) batch_event = event end })
check(progress.line(batch_event, 0):find "loss %d+%.%d+  rmse %d" and not progress.line(batch_event, 0):find "accuracy")
check(math.abs(batch_event.epoch_rmse) > 0 and batch_event.epoch_accuracy == nil)

-- Criteria that look at gradients, against their definitions: with real targets, and with classes of one output.
local several = nn.mlp({ 2, 6, 2 }, { seed = 8 })
local batch, targets = (rows:images(1, 50) - 1005) / 3, (rows:targets(1, 50) - 50) / 100
local _, slopes = nn.loss(several, batch, targets)
local function scores_of(network, criterion, options)
  options.criterion = criterion
  return prune.scores(network, options)
end
local snip = scores_of(several, "snip", { batch = batch, targets = targets })
local taylor = scores_of(several, "taylor", { batch = batch, targets = targets })
for position = 1, 2 do
  local product = several:layer(position).weight * slopes[position].weight
  check(snip[position] == product:abs() and taylor[position] == product:square() and product:abs():max() > 0)
end
local from_data = scores_of(several, "snip", { data = data.from_rows(batch, targets), samples = 50 })
check(from_data[1] == snip[1])
local alone = nn.mlp({ 2, 6, 1 }, { seed = 9 })
local second = tensor.from(sides:labels(1, 50)) - 1
local _, logistic = nn.loss(alone, batch, second, { loss = "logistic" })
local sided = scores_of(alone, "snip", { batch = batch, labels = sides:labels(1, 50) })
check(sided[1] == (alone:layer(1).weight * logistic[1].weight):abs() and sided[1]:max() > 0)
-- The curvature of squared errors at the outputs is 2: h = 2 mean(x^2), and obd is h w^2 / 2.
local flat = nn.mlp({ 2, 1 }, { seed = 10 })
local curved = scores_of(flat, "obd", { batch = batch, targets = second })
check(curved[1]:allclose(flat:layer(1).weight:square() * batch:square():mean(1):unsqueeze(1)))
for _, name in ipairs { "snip", "taylor", "obd", "obs", "wanda" } do
  local sparse = prune.apply(alone, { criterion = name, rate = 0.5, batch = batch, targets = second })
  check(math.abs(sparse.sparsity - 1 / 3) < 1e-9, name)
end
fails("expected either labels or targets, got both", function()
  prune.apply(alone, { criterion = "snip", rate = 0.5, batch = batch, targets = second, labels = { 1 } })
end)
fails("needs data (a data set), or a batch and its labels or targets", function()
  prune.apply(alone, { criterion = "snip", rate = 0.5, batch = batch })
end)

-- Files: CSV here, and the same numbers as arrays.
local folder = os.tmpname()
os.remove(folder)
check(system.make_directory(folder))
local csv = folder .. "/houses.csv"
check(system.write_file(csv, 'area,rooms,town,price\r\n90,3,Bonn,310\r\n\r\n120,4,"Jena, Ost",275.5\r\n'))
local houses = assert(data.load(csv, { inputs = { "rooms", "area" }, targets = "price" }))
check(tostring(houses) == "Dataset(houses.csv train, 2 rows of 2 numbers, 1 target)", tostring(houses))
check(houses:images() == tensor.from { { 3, 90 }, { 4, 120 } } and houses.target_names[1] == "price")
local towns = assert(data.load(csv, { inputs = { "area" }, label = "town", name = "towns", split = "test" }))
check(towns.name == "towns" and towns.split == "test" and towns.classes[2] == "Jena, Ost" and towns:label(2) == 2)
local function refused(options, message)
  local nothing, why = data.load(csv, options)
  check(nothing == nil and why:find(message, 1, true), why)
end
refused({ targets = "prize" }, 'houses.csv: no column "prize"; did you mean "price"')
refused({ targets = { "price" } }, 'houses.csv:2: column "town": expected a finite number, got "Bonn"')
refused({ targets = "price", separator = ";" }, 'houses.csv: no column "price"')
check(select(2, data.load(folder .. "/no.csv", { targets = "a" })):find("no.csv", 1, true))
fails("houses.csv has area, rooms, town, price", function() data.load(csv) end)
fails("unknown option 'side'", function() data.load(csv, { targets = "price", inputs = "area", side = 3 }) end)
fails("separator: expected one character", function() data.load(csv, { targets = "price", separator = "ab" }) end)
local npz = folder .. "/houses.npz"
check(tensor.save(npz, { X = houses:images(), price = houses:targets():flatten() }))
local arrays = assert(data.load(npz, { targets = "price" }))
check(arrays:images() == houses:images() and arrays:targets() == houses:targets() and arrays.input_names[2] == "X[2]")
os.remove(csv)
os.remove(npz)
os.remove(folder)

-- What goes wrong in training.
local small = nn.mlp { 2, 1 }
local function refuses(text, set, options)
  checks.fails(function() nn.train(small, set, options) end, text)
end
fails("the loss \"cross_entropy\" needs classes", function() nn.train(small, one, { loss = "cross_entropy" }) end)
refuses("the loss \"squares\" needs real targets", sides, { loss = "squares" })
refuses("for one output of two classes: loss = \"logistic\"", sides)
refuses("the network has 1 output, but the data set has 2 targets", rows)
refuses("loss: expected one of", one, { loss = "square" })
refuses("huber_delta: only the loss \"huber\" has one", one, { huber_delta = 1 })
refuses("expected huber_delta above 0, got -1", one, { loss = "huber", huber_delta = -1 })
refuses("expected either validation_share or validation, got both", one, { validation_share = 0.1, validation = one })
refuses("needs targets from 0 to 1", one, { loss = "logistic" })
fails("expected targets of shape 300x1, got 300x2", function() nn.loss(small, x, y) end)
fails("expected examples with classes", function() small:accuracy(one) end)
fails("expected 1 real targets", function() small:r2(sides) end)

checks.finish()
