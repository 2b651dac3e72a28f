# Writes OUTPUT, a C++ file that holds the SQL files named in FILES (relative to SOURCE_DIR), so that the program needs
# no file of the source tree when it runs.
set(entries "")
foreach(file IN LISTS FILES)
  file(READ "${SOURCE_DIR}/${file}" text)
  string(APPEND entries "    {\"${file}\", R\"sql(${text})sql\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "#include \"lakehouse/sql/sql_files.hpp\"

namespace stedi::lakehouse {

namespace {
constexpr SqlFile files[] = {
${entries}};
}  // namespace

std::span<const SqlFile> sql_files() {
  return files;
}

}  // namespace stedi::lakehouse
")
