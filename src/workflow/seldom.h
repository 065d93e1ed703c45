#pragma once

#include <memory>
#include <utility>

namespace sciwright::workflow {

/// A value that most owners leave as it begins: those take a pointer's room only. Read it like a
/// pointer or a const reference; a copy is a value of its own.
template <class T>
class Seldom final {
 public:
  Seldom() = default;
  Seldom(T value) : value_(std::make_unique<T>(std::move(value))) {}
  Seldom(const Seldom& other)
      : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
  Seldom(Seldom&&) noexcept = default;
  Seldom& operator=(Seldom other) noexcept {
    value_ = std::move(other.value_);
    return *this;
  }
  ~Seldom() = default;

  const T& operator*() const { return value_ ? *value_ : usual(); }
  const T* operator->() const { return &**this; }
  operator const T&() const { return **this; }

  /// To be changed; from now on it has room of its own.
  T& edit() {
    if (!value_) value_ = std::make_unique<T>();
    return *value_;
  }

 private:
  static const T& usual() {
    static const T kUsual = {};
    return kUsual;
  }

  std::unique_ptr<T> value_;
};

}  // namespace sciwright::workflow
