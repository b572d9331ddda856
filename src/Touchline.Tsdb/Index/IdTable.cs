namespace Touchline.Tsdb.Index;

/// <summary>
/// An open-addressing table from hashes to small numbers, whose keys live elsewhere: the caller compares candidates. One writer
/// at a time; readers take no lock, because slots are only ever filled and a grown table is published whole.
/// </summary>
internal sealed class IdTable
{
    // A slot holds the hash in its upper half and the id plus one in its lower half; zero is free.
    private ulong[] _slots = new ulong[16];
    private int _count;

    public Probe Find(uint hash) => new(Volatile.Read(ref _slots), hash);

    /// <summary>Adds an id. Whatever the id stands for must be readable before this call.</summary>
    public void Add(uint hash, uint id)
    {
        if ((_count + 1) * 3L > _slots.Length * 2L)
        {
            var grown = new ulong[_slots.Length * 2];
            foreach (var slot in _slots)
            {
                if (slot != 0)
                {
                    Place(grown, slot);
                }
            }
            Volatile.Write(ref _slots, grown);
        }
        Place(_slots, ((ulong)hash << 32) | (id + 1));
        _count++;
    }

    private static void Place(ulong[] slots, ulong entry)
    {
        var mask = slots.Length - 1;
        var at = (int)(entry >> 32) & mask;
        while (slots[at] != 0)
        {
            at = (at + 1) & mask;
        }
        Volatile.Write(ref slots[at], entry);
    }

    /// <summary>Walks the ids that were added with one hash.</summary>
    internal struct Probe(ulong[] slots, uint hash)
    {
        private int _at = (int)hash & (slots.Length - 1);

        public bool Next(out uint id)
        {
            while (true)
            {
                var slot = Volatile.Read(ref slots[_at]);
                _at = (_at + 1) & (slots.Length - 1);
                if (slot == 0)
                {
                    id = 0;
                    return false;
                }
                if ((uint)(slot >> 32) == hash)
                {
                    id = (uint)slot - 1;
                    return true;
                }
            }
        }
    }
}
