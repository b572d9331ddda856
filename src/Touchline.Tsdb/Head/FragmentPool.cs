using System.Runtime.InteropServices;

namespace Touchline.Tsdb.Head;

/// <summary>
/// Open chunks in chains of small fragments, so that a million of them grow by a few bytes at a time without being copied and without a
/// hole in the heap. One writer; a reader may find a fragment that was given to another series meanwhile, and
/// has to check that it was not (<see cref="SeriesSlot.Version"/>) after it copied the bytes.
/// </summary>
internal sealed class FragmentPool
{
    /// <summary>Bytes of a fragment that are the chunk's; the number of the next fragment stands before them.</summary>
    public const int PayloadLength = Length - NextLength;

    private const int Length = 32;
    private const int NextLength = 4;
    private const int PageBits = 13;
    private const int PageSize = 1 << PageBits;

    private byte[]?[] _pages = new byte[]?[4];
    private uint _used = 1;
    private uint _free;

    /// <summary>A fragment without a successor; never number 0.</summary>
    public uint Take()
    {
        var taken = _free;
        if (taken != 0)
        {
            _free = Next(taken);
        }
        else
        {
            taken = _used++;
            AddPageFor(taken);
        }
        Link(taken, 0);
        return taken;
    }

    public void Link(uint fragment, uint next) => Volatile.Write(ref MemoryMarshal.AsRef<uint>(Of(fragment)), next);

    public uint Next(uint fragment) => Volatile.Read(ref MemoryMarshal.AsRef<uint>(Of(fragment)));

    public Span<byte> Payload(uint fragment) => Of(fragment)[NextLength..];

    /// <summary>Takes back a whole chain.</summary>
    public void GiveBack(uint first, uint last)
    {
        Link(last, _free);
        _free = first;
    }

    /// <summary>Copies a chain. False where it is shorter than wanted, as one may be that was given away meanwhile.</summary>
    public bool TryCopy(uint first, Span<byte> to)
    {
        for (var fragment = first; ; fragment = Next(fragment))
        {
            if (to.IsEmpty)
            {
                return true;
            }
            if (fragment == 0)
            {
                return false;
            }
            var part = Payload(fragment);
            part = part[..Math.Min(part.Length, to.Length)];
            part.CopyTo(to);
            to = to[part.Length..];
        }
    }

    private Span<byte> Of(uint fragment) =>
        Volatile.Read(ref _pages)[fragment >> PageBits]!.AsSpan((int)(fragment & (PageSize - 1)) * Length, Length);

    private void AddPageFor(uint fragment)
    {
        var page = (int)(fragment >> PageBits);
        if (page == _pages.Length)
        {
            var grown = new byte[]?[_pages.Length * 2];
            _pages.CopyTo(grown, 0);
            Volatile.Write(ref _pages, grown);
        }
        // Pinned memory is what the collector neither moves nor looks into.
        _pages[page] ??= GC.AllocateUninitializedArray<byte>(PageSize * Length, pinned: true);
    }
}
