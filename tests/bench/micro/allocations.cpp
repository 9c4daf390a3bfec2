#include "allocations.h"

#include <cstdlib>
#include <new>

namespace {

thread_local bool counting = false;
thread_local std::size_t counted = 0;

void* allocate(std::size_t size) {
  if (counting) {
    ++counted;
    if (std::getenv("ALLOCATIONS_ABORT") != nullptr) std::abort();
  }
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace megaphone::bench {

Count::Count() {
  counted = 0;
  counting = true;
}
Count::~Count() { counting = false; }
std::size_t Count::allocations() const { return counted; }

}  // namespace megaphone::bench
