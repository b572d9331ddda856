using System.IO.Hashing;
using System.Text;

namespace Touchline.RemoteWrite.Series;

/// <summary>
/// Strings that came lately, found by their UTF-8 bytes, because series that are new come with names and values that are not. Of
/// fixed size: a string takes the place of another with the same hash. Not thread-safe.
/// </summary>
internal sealed class TextCache
{
    private const int Slots = 4096;

    /// <summary>Longer texts are seldom there twice.</summary>
    private const int MaxLength = 256;

    private readonly string?[] _texts = new string?[Slots];

    /// <summary>The text of valid UTF-8 bytes; what is not valid reads as replacement characters.</summary>
    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > MaxLength)
        {
            return Encoding.UTF8.GetString(utf8);
        }
        ref var slot = ref _texts[XxHash3.HashToUInt64(utf8) & (Slots - 1)];
        // Never true of text beyond ASCII, which is then made anew each time.
        if (slot is not null && Ascii.Equals(utf8, slot))
        {
            return slot;
        }
        return slot = Encoding.UTF8.GetString(utf8);
    }
}
