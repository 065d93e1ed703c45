#pragma once

#include <cstddef>
#include <string>

#include "workflow/drawing.h"

namespace sciwright::workflow {

/// How a node looks, in graphviz' words.
struct Appearance {
  std::string color = {};
  std::string shape = {};
  std::string style = {};
};

/// Of one node of a picture: by its status, its own words, and what is usual.
Appearance appearance_of(const Picture& picture, std::size_t node);

/// What is known of a node; a node that the state does not know is ready.
NodeState state_of(const Picture& picture, std::size_t node);

}  // namespace sciwright::workflow
