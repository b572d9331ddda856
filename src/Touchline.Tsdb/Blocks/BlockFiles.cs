using System.Buffers.Binary;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Blocks;

/// <summary>Names and headers of the files of a block.</summary>
internal static class BlockFiles
{
    public const string Meta = "meta.json";
    public const string Index = "index";
    public const string Chunks = "chunks";
    public const string Tombstones = "tombstones";
    public const string TemporaryExtension = ".tmp";
    public const string DeletingExtension = ".deleting";
    public const int HeaderLength = 8;
    public const uint ChunksVersion = 2;

    private static readonly byte[] ChunksMagic = "TLCK"u8.ToArray();

    /// <summary>Gives a block that is complete its name, durably, and answers its directory: from here on a start finds it.</summary>
    public static string GiveName(string temporary)
    {
        var final = temporary[..^TemporaryExtension.Length];
        DurableFiles.Rename(temporary, final);
        return final;
    }

    /// <summary>Removes a block that nobody has opened; a crash half-way leaves something that the next start removes.</summary>
    public static void Remove(string directory)
    {
        var renamed = directory + DeletingExtension;
        DurableFiles.Rename(directory, renamed);
        Directory.Delete(renamed, recursive: true);
    }

    public static byte[] ChunksHeader()
    {
        var header = new byte[HeaderLength];
        ChunksMagic.CopyTo(header, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), ChunksVersion);
        return header;
    }
}
