--- Pictures of what the runs of the paper's experiment found.
local evidence = require "paper.evidence"
local tensor = require "vnn.tensor"

local pictures = {}

--- A few witnesses, different problems, from the sparsest networks.
local function choose(list, most)
  local order, seen, chosen = {}, {}, {}
  for _, pair in ipairs(list) do
    local row = pair.pruned
    if row.witness and #row.witness > 0 then order[#order + 1] = row end
  end
  table.sort(order, function(a, b)
    if a.rate ~= b.rate then return a.rate > b.rate end
    return a.id < b.id
  end)
  for _, row in ipairs(order) do
    local key = ("%s %d %d"):format(row.dataset, row.side, row.seed)
    if not seen[key] and #chosen < most then
      seen[key] = true
      chosen[#chosen + 1] = row
    end
  end
  table.sort(chosen, function(a, b)
    if a.dataset ~= b.dataset then return a.dataset > b.dataset end
    if a.side ~= b.side then return a.side < b.side end
    return a.seed < b.seed
  end)
  return chosen
end

local tile, gap = 112, 8

--- Paints a square picture into a canvas, each pixel as a square.
local function paint(canvas, picture, side, top, left)
  local scale = tile // side
  for y = 0, side * scale - 1 do
    for x = 0, side * scale - 1 do
      canvas[(top + y) * canvas.width + left + x + 1] = picture[(y // scale) * side + x // scale + 1]
    end
  end
end

--- Pictures of a few adversarial inputs: the originals, what was found, and the change (grey is none).
function pictures.draw(folder, list)
  local chosen = choose(list, 8)
  if #chosen == 0 then return nil end
  local canvas = { width = #chosen * (tile + gap) + gap }
  local height = 3 * (tile + gap) + gap
  for position = 1, canvas.width * height do canvas[position] = 1 end
  local words = {}
  for column, row in ipairs(chosen) do
    local image, classes = evidence.image(row)
    if not image then return nil, classes end
    local before, after, change = image:table(), evidence.witness(row, image), {}
    for position = 1, #before do change[position] = 0.5 + (after[position] - before[position]) / 2 end
    local left = gap + (column - 1) * (tile + gap)
    for line, picture in ipairs { before, after, change } do
      paint(canvas, picture, row.side, gap + (line - 1) * (tile + gap), left)
    end
    words[column] = ("%s, %dx%d, rate %g: %s → %s"):format(
      row.dataset,
      row.layers,
      row.width,
      row.rate,
      classes[row.class],
      classes[row.target]
    )
  end
  local path = folder .. "/pictures.png"
  canvas.width = nil
  local saved, message = tensor.from(canvas):reshape(height, #chosen * (tile + gap) + gap):save_png(path)
  if not saved then return nil, message end
  return {
    path = path,
    caption = "Originals, the adversarial inputs found through pruned networks, and the change (grey is none); left of "
      .. "the arrow the class j, right of it j'. "
      .. table.concat(words, "; ")
      .. ".",
  }
end

return pictures
