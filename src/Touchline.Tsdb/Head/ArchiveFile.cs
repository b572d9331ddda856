using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Head;

/// <summary>
/// A file that pages of closed chunks are written to and read from in place. Whoever reads holds it by reference: it is
/// unmapped when nobody does any more.
/// </summary>
internal sealed unsafe class ArchiveFile
{
    /// <summary>The file is sparse: pages that are not written take no room.</summary>
    private const long Capacity = 64L * 1024 * 1024;

    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly MemoryMappedFile _mapped;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private long _length;
    private int _pages;

    public ArchiveFile(string path)
    {
        _path = path;
        _handle = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.SetLength(_handle, Capacity);
        _mapped = MemoryMappedFile.CreateFromFile(_handle, null, Capacity, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _mapped.CreateViewAccessor(0, Capacity, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
    }

    ~ArchiveFile()
    {
        // Null where the constructor failed half-way.
        if (_start is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    public string Path => _path;

    public bool HasRoomFor(int length) => _length + length <= Capacity;

    /// <summary>Writes a page and answers where it is.</summary>
    /// <exception cref="IOException">The disk does not take it; the next attempt goes to the same place.</exception>
    public long Write(ReadOnlySpan<byte> page)
    {
        var at = _length;
        RandomAccess.Write(_handle, page, at);
        _length += page.Length;
        _pages++;
        return at;
    }

    public ReadOnlySpan<byte> Slice(long offset, int length) => new(_start + offset, length);

    /// <summary>Copies bytes out of the file. What is read so takes no memory of the process, as what is looked at in place does until the file is unmapped.</summary>
    public void Read(long offset, Span<byte> into)
    {
        try
        {
            while (!into.IsEmpty && RandomAccess.Read(_handle, into, offset) is var read and > 0)
            {
                into = into[read..];
                offset += read;
            }
        }
        catch (ObjectDisposedException)
        {
            // Deleted meanwhile, but still mapped: the bytes are where they were.
        }
        Slice(offset, into.Length).CopyTo(into);
    }

    /// <summary>Forgets a page. The file is deleted with the last of them, once nothing more is written to it.</summary>
    /// <returns>Whether the file is gone.</returns>
    public bool Drop(bool isFull)
    {
        _pages--;
        return DeleteIfEmpty(isFull);
    }

    public bool DeleteIfEmpty(bool isFull)
    {
        if (!isFull || _pages > 0)
        {
            return false;
        }
        if (File.Exists(_path))
        {
            File.Delete(_path);
        }
        _handle.Dispose();
        // It stays mapped until nobody holds it any more and the garbage collector finds that out, which may be long after.
        MappedMemory.Forget(_start, Capacity);
        return true;
    }
}
