#include "server/multipart.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright::server {
namespace {

constexpr const char* kType = "multipart/form-data; boundary=XX";

std::string part(const std::string& disposition, const std::string& content) {
  return "--XX\r\nContent-Disposition: form-data; " + disposition +
         "\r\nContent-Type: application/zip\r\n\r\n" + content + "\r\n";
}

TEST(Multipart, FindsTheFileAmongOtherParts) {
  const FormFile file = read_form_file(
      kType, part("name=\"note\"", "hello") +
                 part("name=\"file\"; filename=\"a.zip\"", "PK\r\n--X") + "--XX--\r\n");
  EXPECT_EQ(file.name, "a.zip");
  EXPECT_EQ(file.content, "PK\r\n--X");
}

TEST(Multipart, FoldersOfTheNameAreDropped) {
  const auto name = [](const std::string& given) {
    return read_form_file(kType, part("name=file; filename=\"" + given + "\"", "x") + "--XX--")
        .name;
  };
  EXPECT_EQ(name("/etc/passwd"), "passwd");
  EXPECT_EQ(name("..\\..\\a.yaml"), "a.yaml");
}

TEST(Multipart, AnEmptyFileIsOne) {
  EXPECT_EQ(read_form_file(kType, part("name=\"file\"", "") + "--XX--").content, "");
}

TEST(Multipart, AQuotedBoundaryIsOne) {
  EXPECT_EQ(
      read_form_file("multipart/form-data; boundary=\"XX\"", part("name=file", "x") + "--XX--")
          .content,
      "x");
}

TEST(Multipart, WithoutTheFileItIsRefused) {
  EXPECT_THROW(read_form_file(kType, part("name=other", "x") + "--XX--"), Error);
}

TEST(Multipart, TwoFilesAreRefused) {
  EXPECT_THROW(read_form_file(kType, part("name=file", "x") + part("name=file", "y") + "--XX--"),
               Error);
}

TEST(Multipart, WhatDoesNotKeepToItsBoundaryIsRefused) {
  EXPECT_THROW(read_form_file(kType, ""), Error);
  EXPECT_THROW(read_form_file(kType, "--XX"), Error);
  EXPECT_THROW(read_form_file(kType, part("name=file", "x")), Error);
  EXPECT_THROW(read_form_file(kType, "--XXgarbage" + part("name=file", "x")), Error);
  EXPECT_THROW(read_form_file("multipart/form-data", part("name=file", "x") + "--XX--"), Error);
}

}  // namespace
}  // namespace sciwright::server
