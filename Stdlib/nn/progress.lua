--- How far a training is: one line at the terminal, which `nn.train` has drawn.
local report = require "vnn.report"
local settings = require "vnn.settings"

local progress = {}

--- Seconds that pass between two drawings.
local pause = 0.1

--- The line after a batch: bar, epoch, loss and accuracy of the epoch so far, or the root of the mean square of a
--- regression, and the time that is left.
---
--- ```lua
--- local event = { epoch = 2, epochs = 4, batch = 5, batches = 10, seconds = 3 }
--- event.epoch_loss, event.epoch_accuracy = 0.25, 0.8
--- print(require("vnn.nn.progress").line(event, 0))
--- --> training  ████░░░░░░  epoch 2 of 4  loss 0.2500  accuracy 80.0 %  5 s left
--- ```
---@param event vnn.nn.BatchEvent
---@param epochs_before integer how many epochs were done before this run
---@return string
function progress.line(event, epochs_before)
  settings.expect("progress.line", 1, event, "a table")
  settings.expect("progress.line", 2, epochs_before, "an integer")
  local passed = event.epoch - 1 + event.batch / event.batches
  local fit = event.epoch_accuracy and ("accuracy %.1f %%"):format(100 * event.epoch_accuracy)
    or ("rmse %.4g"):format(event.epoch_rmse)
  return ("training  %s  epoch %d of %d  loss %.4f  %s  %.0f s left"):format(
    report.bar(passed / event.epochs, 10),
    event.epoch,
    event.epochs,
    event.epoch_loss,
    fit,
    event.seconds / (passed - epochs_before) * (event.epochs - passed)
  )
end

--- What `nn.train` calls to show the line; nothing where standard error is no terminal.
---
--- ```lua
--- print(require("vnn.nn.progress").display(0)) --> nil
--- ```
---@param epochs_before integer how many epochs were done before this run
---@return (fun(event: vnn.nn.BatchEvent))? draw after a batch
---@return fun()? clear empties the line: at the end, and where `on_epoch` may print
---@return number? pause seconds that pass between two drawings; the native side counts them, so that a batch that draws
---  nothing costs nothing
function progress.display(epochs_before)
  settings.expect("progress.display", 1, epochs_before, "an integer")
  if not report.has_progress() then return nil end
  local is_shown = false

  local function draw(event)
    is_shown = true
    report.progress(progress.line(event, epochs_before))
  end

  local function clear()
    if is_shown then report.progress() end
    is_shown = false
  end

  return draw, clear, pause
end

return progress
