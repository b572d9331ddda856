using System.Text;
using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.OwnProcess;

/// <summary>
/// A range of this process's addresses that shows a file of the program or a library, <paramref name="From"/> up to, not including,
/// <paramref name="To"/>: what is at <paramref name="Offset"/> of the file of this <paramref name="Inode"/>.
/// </summary>
internal readonly record struct FileMapping(ulong From, ulong To, ulong Offset, ulong Inode, bool IsWritable)
{
    private static readonly byte[] Executable = Encoding.UTF8.GetBytes(Environment.ProcessPath ?? "");

    public ulong Length => To - From;

    /// <summary>Reads <c>from-to permissions offset device inode path</c>; null for what is no part of the program, or could not come back from a file.</summary>
    /// <exception cref="FormatException">The addresses are no numbers.</exception>
    public static FileMapping? TryParse(ReadOnlySpan<byte> line)
    {
        var fields = new ByteText(line);
        if (!fields.TryField(out var range) || !fields.TryField(out var permissions) || !fields.TryField(out var offset) || !fields.TryField(out _)
            || !fields.TryField(out var inode) || range.IndexOf((byte)'-') is not (> 0 and var dash))
        {
            return null;
        }
        var path = line.IndexOf((byte)'/') is >= 0 and var slash ? line[slash..] : default;
        // What is shared is data, and whoever maps data knows best when to give it back, but for the program itself, whose parts are read there.
        var isData = permissions.Contains((byte)'s') && !path.SequenceEqual(Executable);
        var isWritable = permissions.Contains((byte)'w');
        // A name does not make a file: "/memfd:…", "/dev/zero (deleted)".
        return path.IsEmpty || path.StartsWith("/memfd:"u8) || path.StartsWith("/dev/"u8) || isData
            ? null
            : new FileMapping(
                ByteText.Hexadecimal(range[..dash]), ByteText.Hexadecimal(range[(dash + 1)..]), ByteText.Hexadecimal(offset), (ulong)ByteText.Number(inode), isWritable);
    }
}
