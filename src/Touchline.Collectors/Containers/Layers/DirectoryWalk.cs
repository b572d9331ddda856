using System.Runtime.InteropServices;

namespace Touchline.Collectors.Containers.Layers;

/// <summary>What a directory and all below it take.</summary>
internal readonly record struct DirectoryUsage(double Bytes, double Inodes);

/// <summary>
/// Counts what lies in a directory on its own file system. The tree belongs to a container, which changes it meanwhile and may mean us
/// ill: directories are entered one from the other without following links, however long the path is, and both depth and size are bounded.
/// For one measurement, on one thread.
/// </summary>
internal sealed partial class DirectoryWalk(LayerProgress progress, CancellationToken cancellationToken)
{
    /// <summary>A descriptor is open for each level.</summary>
    private const int MaxDepth = 200;

    /// <summary>Some 10 s of looking at entries that the kernel has in memory.</summary>
    internal const int MaxEntries = 5_000_000;

    /// <summary>Files with several names are remembered, so that they are counted once.</summary>
    private const int MaxHardLinks = 500_000;

    /// <summary>st_blocks counts in these, whatever the blocks of the file system are: stat(2).</summary>
    private const double BlockBytes = 512;

    private const uint FileTypeMask = 0xf000;
    private const uint DirectoryType = 0x4000;
    private const int NotThere = 2;
    private const int NoDirectory = 20;
    private const int IsLink = 40;

    private readonly HashSet<ulong> _hardLinks = [];
    private double _blocks;
    private double _inodes;
    private int _entries;
    private (uint Major, uint Minor) _device;

    /// <summary>The most entries, for tests.</summary>
    internal int Most { get; init; } = MaxEntries;

    /// <exception cref="IOException">There is no such directory, a part of it cannot be read, or it is too large or too deep.</exception>
    public DirectoryUsage Measure(string path)
    {
        using var root = new OpenDirectory(LibC.Open(path, LibC.DirectoryFlags));
        if (!root.IsOpen)
        {
            throw new IOException($"{path}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
        if (!root.TryStat(".\0"u8, out var entry))
        {
            throw Unreadable();
        }
        _device = (entry.DeviceMajor, entry.DeviceMinor);
        Count(entry);
        Walk(root, 0);
        return new DirectoryUsage(_blocks * BlockBytes, _inodes);
    }

    private void Walk(OpenDirectory directory, int depth)
    {
        if (depth == MaxDepth)
        {
            throw new IOException($"it is more than {MaxDepth} directories deep");
        }
        while (directory.TryNext(out var name))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!directory.TryStat(name, out var entry))
            {
                if (Marshal.GetLastPInvokeError() != NotThere)
                {
                    throw Unreadable();
                }
                continue;
            }
            // What is mounted below is no part of it.
            if ((entry.DeviceMajor, entry.DeviceMinor) != _device)
            {
                continue;
            }
            Count(entry);
            if ((entry.Mode & FileTypeMask) == DirectoryType)
            {
                Enter(directory, name, depth);
            }
        }
    }

    private void Enter(OpenDirectory parent, ReadOnlySpan<byte> name, int depth)
    {
        using var child = parent.Open(name);
        if (child.IsOpen)
        {
            Walk(child, depth + 1);
        }
        else if (Marshal.GetLastPInvokeError() is not (NotThere or NoDirectory or IsLink))
        {
            // Those three say that it is gone, or something else by now.
            throw Unreadable();
        }
    }

    private void Count(in FileEntry entry)
    {
        progress.Advance();
        if (++_entries > Most)
        {
            throw new IOException($"it has more than {Most} files");
        }
        if (entry.Links > 1 && (entry.Mode & FileTypeMask) != DirectoryType && !_hardLinks.Add(entry.Inode))
        {
            return;
        }
        if (_hardLinks.Count > MaxHardLinks)
        {
            throw new IOException($"it has more than {MaxHardLinks} files with several names");
        }
        _blocks += entry.Blocks;
        _inodes++;
    }

    private static IOException Unreadable() => new($"a part of it cannot be read: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    /// <summary>A directory that is being read; closed when it is disposed.</summary>
    private sealed unsafe class OpenDirectory : IDisposable
    {
        /// <summary>struct dirent of glibc and musl on 64 bits: inode, offset, length and type come before the name.</summary>
        private const int NameOffset = 19;

        private readonly int _descriptor;
        private void* _stream;

        public OpenDirectory(int descriptor)
        {
            _descriptor = descriptor;
            if (descriptor < 0)
            {
                return;
            }
            _stream = LibC.OpenStream(descriptor);
            if (_stream is null)
            {
                _ = LibC.Close(descriptor);
            }
        }

        public bool IsOpen => _stream is not null;

        /// <summary>The next entry's name with the 0 behind it, valid until the next call; false after the last one.</summary>
        /// <exception cref="IOException">The directory cannot be read.</exception>
        public bool TryNext(out ReadOnlySpan<byte> name)
        {
            do
            {
                var entry = LibC.ReadDirectory(_stream);
                if (entry is null)
                {
                    name = default;
                    return Marshal.GetLastPInvokeError() == 0 ? false : throw Unreadable();
                }
                var text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + NameOffset);
                name = new ReadOnlySpan<byte>(entry + NameOffset, text.Length + 1);
            }
            while (name.SequenceEqual(".\0"u8) || name.SequenceEqual("..\0"u8));
            return true;
        }

        public bool TryStat(ReadOnlySpan<byte> name, out FileEntry entry)
        {
            FileEntry result;
            int status;
            fixed (byte* text = name)
            {
                status = LibC.Stat(_descriptor, text, LibC.StatFlags, LibC.BasicFields, &result);
            }
            entry = result;
            return status == 0;
        }

        public OpenDirectory Open(ReadOnlySpan<byte> name)
        {
            fixed (byte* text = name)
            {
                return new OpenDirectory(LibC.OpenAt(_descriptor, text, LibC.DirectoryFlags));
            }
        }

        public void Dispose()
        {
            if (_stream is not null)
            {
                // It closes the descriptor too.
                _ = LibC.CloseStream(_stream);
                _stream = null;
            }
        }
    }

    /// <summary><c>struct statx</c>, the same on every architecture: statx(2). The tail is room for what newer kernels add.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct FileEntry
    {
        [FieldOffset(16)]
        public uint Links;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(48)]
        public ulong Blocks;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }

    private static unsafe partial class LibC
    {
        /// <summary>Neither a link at the end nor what mounts itself when it is touched is followed.</summary>
        public const int StatFlags = 0x100 | 0x800;

        public const uint BasicFields = 0x7ff;

        private const int CloseOnExec = 0x80000;

        /// <summary>A directory and no link, closed in processes that we start. ARM has other numbers for the first two: asm/fcntl.h.</summary>
        public static readonly int DirectoryFlags = CloseOnExec
            | (RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 ? 0x4000 | 0x8000 : 0x10000 | 0x20000);

        [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        public static partial int Open(string path, int flags);

        [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
        public static partial int OpenAt(int directory, byte* name, int flags);

        [LibraryImport("libc", EntryPoint = "close")]
        public static partial int Close(int descriptor);

        [LibraryImport("libc", EntryPoint = "fdopendir", SetLastError = true)]
        public static partial void* OpenStream(int descriptor);

        [LibraryImport("libc", EntryPoint = "readdir", SetLastError = true)]
        public static partial byte* ReadDirectory(void* stream);

        [LibraryImport("libc", EntryPoint = "closedir")]
        public static partial int CloseStream(void* stream);

        [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
        public static partial int Stat(int directory, byte* name, int flags, uint fields, FileEntry* result);
    }
}
