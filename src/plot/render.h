#pragma once

#include <filesystem>
#include <string>

#include "plot/figure.h"

namespace sciwright::plot {

/// Pixels of a PNG for each CSS pixel: 144 for an inch. The time goes with its square.
inline constexpr double kPngScale = 1.5;

/// A figure as SVG: texts stay text, no ids, no dates; the same figure gives the same bytes on
/// every machine. All functions here throw a failure when a layer's data do not fit each other or
/// the file cannot be written; an old file then stays. They may be called from several threads.
std::string svg_text(const Figure& figure);

/// A figure as PNG; the same bytes with the same cairo, freetype and fonts (DejaVu Sans).
std::string png_bytes(const Figure& figure, double scale = kPngScale);

/// A figure as PDF, likewise.
std::string pdf_bytes(const Figure& figure);

void write_svg(const Figure& figure, const std::filesystem::path& path);
void write_png(const Figure& figure, const std::filesystem::path& path, double scale = kPngScale);
void write_pdf(const Figure& figure, const std::filesystem::path& path);

/// `stem`.svg and `stem`.png, laid out once: what run folders hold.
void write_figure(const Figure& figure, const std::filesystem::path& stem,
                  double scale = kPngScale);

}  // namespace sciwright::plot
