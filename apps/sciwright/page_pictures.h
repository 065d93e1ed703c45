#pragma once

#include "report_page/pictures.h"

namespace sciwright {

/// What the runs of our benchmarks have to show: maps of the earthquake grid, cloud scenes.
report_page::PictureReaders picture_readers();

}  // namespace sciwright
