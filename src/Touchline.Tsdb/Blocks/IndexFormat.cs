namespace Touchline.Tsdb.Blocks;

/// <summary>Constants of a block's index file. Format: docs/formats/index.md.</summary>
internal static class IndexFormat
{
    public const uint Version = 1;
    public const int HeaderLength = 8;
    public const int Sections = 4;

    /// <summary>Offset, length and checksum of a section.</summary>
    public const int FooterEntryLength = 20;

    /// <summary>An entry for each section and the checksum of them.</summary>
    public const int FooterLength = (Sections * FooterEntryLength) + 4;

    /// <summary>An entry of the table of names or of values: three numbers.</summary>
    public const int TableEntryLength = 12;

    public static ReadOnlySpan<byte> Magic => "TLIX"u8;
}
