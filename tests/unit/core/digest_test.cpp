#include "core/digest/digest.hpp"

#include <gtest/gtest.h>

namespace stedi {
namespace {

// FIPS 180-2, appendix B.1.
TEST(Digest, Sha256OfTheStandardsExample) {
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, PiecesGiveTheSameAsTheWhole) {
  Sha256Stream stream;
  stream.update("a");
  stream.update("bc");
  EXPECT_EQ(stream.finish(), sha256("abc"));
}

// RFC 4231, test case 2.
TEST(Digest, HmacOfTheStandardsExample) {
  EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

// The key of a call is kept ready for the next: RFC 4231, test cases 1 and 2 by turns.
TEST(Digest, HmacOfKeysByTurns) {
  const std::string first(20, '\x0b');
  for (int turn = 0; turn < 2; ++turn) {
    for (int again = 0; again < 2; ++again) {
      EXPECT_EQ(hex(hmac_sha256(first, "Hi There")),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    }
    EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(hex(hmac_sha256("", "")), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
  }
}

TEST(Digest, RandomIdsHave128BitsAndDiffer) {
  EXPECT_EQ(random_id().size(), 32U);
  EXPECT_NE(random_id(), random_id());
}

TEST(Digest, First64BitsAreBigEndian) {
  Sha256 digest{};
  digest[7] = 5;
  EXPECT_EQ(first_64_bits(digest), 5);
}

}  // namespace
}  // namespace stedi
