namespace Touchline.Tsdb.Blocks;

/// <summary>Constants of a block's index file. Format: docs/formats/index.md.</summary>
internal static class IndexFormat
{
    public const uint Version = 2;
    public const int HeaderLength = 8;

    /// <summary>Entries that are coded as differences from each other; to find one costs decoding those before it in its group.</summary>
    public const int GroupSize = 16;

    /// <summary>Kind, offset, length and checksum of a section.</summary>
    public const int FooterEntryLength = 24;

    /// <summary>The number of sections and the checksum of the footer.</summary>
    public const int FooterEndLength = 8;

    public const int MaxSections = 64;

    public static ReadOnlySpan<byte> Magic => "TLIX"u8;
}
