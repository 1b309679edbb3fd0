--- Tensors as PNG pictures in Base64, as front ends take them.
local settings = require "vnn.settings"
local system = require "vnn.system"

local picture = {}

--- How large a picture of few elements is drawn, in pixels, and how large an element of it at most.
local usual_side, largest_scale = 256, 16
--- The most rows or columns of a picture that is shown without being asked for.
local largest_side = 4096

local digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

--- Bytes in Base64 (RFC 4648).
---
--- ```lua
--- print(require("vnn.kernel.picture").base64 "Lua!") --> THVhIQ==
--- ```
---@param bytes string
---@return string
function picture.base64(bytes)
  settings.expect("picture.base64", 1, bytes, "a string")
  local function encode(group)
    local a, b, c = group:byte(1, 3)
    local number = a << 16 | (b or 0) << 8 | (c or 0)
    local text = ""
    for shift = 18, 0, -6 do
      local digit = (number >> shift & 63) + 1
      text = text .. digits:sub(digit, digit)
    end
    return text:sub(1, #group + 1) .. ("="):rep(3 - #group)
  end
  return (bytes:gsub("..?.?", encode))
end

--- Whether a tensor is a picture: a matrix, or rows x columns x 3 colours.
---@param tensor vnn.Tensor
---@return boolean
function picture.is_picture(tensor)
  settings.expect("picture.is_picture", 1, tensor, "vnn.Tensor")
  local shape = tensor.shape
  if #shape ~= 2 and not (#shape == 3 and shape[3] == 3) then return false end
  return math.min(shape[1], shape[2]) > 0 and math.max(shape[1], shape[2]) <= largest_side
end

local folder

--- A picture of greys or colours. What lies from 0 to 1 is drawn from black to white, anything else from its least to
--- its greatest element.
---@param tensor vnn.Tensor of which `picture.is_picture` holds
---@return string? base64 nil where no file can be written
function picture.png(tensor)
  settings.expect("picture.png", 1, tensor, "vnn.Tensor")
  if not picture.is_picture(tensor) then error("picture.png: expected a matrix, or rows x columns x 3", 2) end
  local low, high = tensor:min(), tensor:max()
  if low >= 0 and high <= 1 then
    low, high = 0, 1
  end
  folder = folder or system.temporary_folder()
  local path = folder.path .. "/picture.png"
  local side = math.max(tensor.shape[1], tensor.shape[2])
  local written = tensor:save_png(path, {
    black = low,
    white = high > low and high or low + 1,
    scale = math.max(1, math.min(largest_scale, usual_side // side)),
  })
  local bytes = written and system.read_file(path)
  return bytes and picture.base64(bytes) or nil
end

return picture
