using Touchline.Storage;

namespace Touchline.RemoteWrite.Series;

/// <summary>
/// Series by a hash of their labels as they were sent, so that a known series costs neither strings nor a label set. The hash says alone
/// which series is meant: 88 bits of it are compared, so that of ten million series two share one with a chance of 1 : 10^12; and
/// whoever could make it happen may write to either of the two anyway. Readers take no lock.
/// </summary>
internal sealed class KnownSeries(int maxSeries, TimeProvider time)
{
    private const int FirstSlots = 1 << 12;

    // An entry: the reference, 24 more bits of the hash, and the minute of the last use in a circle of four hours.
    private const int ReferenceShift = 32;
    private const ulong StampMask = 0xff;
    private const ulong HashMask = 0xffff_ff00;

    /// <summary>What was not written for so long is forgotten when room is needed.</summary>
    private const int IdleMinutes = 60;

    private readonly Lock _writing = new();
    private Slot[] _slots = new Slot[FirstSlots];
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>The minute; told once a message, because asking the clock costs more than a look-up.</summary>
    public byte Now() => (byte)(time.GetUtcNow().ToUnixTimeSeconds() / 60);

    public SeriesRef Find(UInt128 hash, byte now)
    {
        var fingerprint = (ulong)hash;
        var slots = Volatile.Read(ref _slots);
        var mask = slots.Length - 1;
        for (var at = (int)fingerprint & mask; ; at = (at + 1) & mask)
        {
            ref var slot = ref slots[at];
            var found = Volatile.Read(ref slot.Fingerprint);
            if (found == 0)
            {
                return default;
            }
            if (found == fingerprint)
            {
                // A slot keeps its fingerprint as long as the table lives; only the reference may become another.
                var entry = Volatile.Read(ref slot.Entry);
                if (((entry ^ (ulong)(hash >> 64)) & HashMask) != 0)
                {
                    return default;
                }
                if ((byte)entry != now)
                {
                    Interlocked.CompareExchange(ref slot.Entry, (entry & ~StampMask) | now, entry);
                }
                return new SeriesRef(entry >> ReferenceShift);
            }
        }
    }

    public void Set(UInt128 hash, SeriesRef series, byte now)
    {
        var fingerprint = (ulong)hash;
        if (series.Value > uint.MaxValue || fingerprint == 0)
        {
            return;
        }
        lock (_writing)
        {
            if ((_count + 1) * 10L > _slots.Length * 7L && !MakeRoom(now))
            {
                return;
            }
            Place(_slots, fingerprint, (series.Value << ReferenceShift) | ((ulong)(hash >> 64) & HashMask) | now);
        }
    }

    private bool MakeRoom(byte now)
    {
        var living = 0;
        foreach (ref readonly var slot in _slots.AsSpan())
        {
            living += IsAlive(slot, now) ? 1 : 0;
        }
        if (living >= maxSeries)
        {
            return false;
        }
        var length = FirstSlots;
        while (length * 7L < living * 15L)
        {
            length *= 2;
        }
        var grown = new Slot[length];
        _count = 0;
        foreach (ref readonly var slot in _slots.AsSpan())
        {
            if (IsAlive(slot, now))
            {
                Place(grown, slot.Fingerprint, slot.Entry);
            }
        }
        Volatile.Write(ref _slots, grown);
        return true;
    }

    private static bool IsAlive(in Slot slot, byte now) => slot.Fingerprint != 0 && (byte)(now - (byte)slot.Entry) <= IdleMinutes;

    private void Place(Slot[] slots, ulong fingerprint, ulong entry)
    {
        var mask = slots.Length - 1;
        var at = (int)fingerprint & mask;
        while (slots[at].Fingerprint != 0 && slots[at].Fingerprint != fingerprint)
        {
            at = (at + 1) & mask;
        }
        Volatile.Write(ref slots[at].Entry, entry);
        if (slots[at].Fingerprint == 0)
        {
            Volatile.Write(ref slots[at].Fingerprint, fingerprint);
            Volatile.Write(ref _count, _count + 1);
        }
    }

    private struct Slot
    {
        public ulong Fingerprint;
        public ulong Entry;
    }
}
