using System.Globalization;
using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Host.Disks;

/// <summary>Work of each mounted XFS filesystem, from /sys/fs/xfs/*/stats/stats.</summary>
internal sealed class XfsCollector(HostOptions options) : NodeCollector("xfs")
{
    /// <summary>The lines of the file that are given on, by their first word, with a metric for each figure in order.</summary>
    private static readonly Dictionary<string, (string Name, string Help)[]> Lines = new(StringComparer.Ordinal)
    {
        ["extent_alloc"] =
        [
            ("extent_allocation_extents_allocated", "Number of extents allocated for a filesystem."),
            ("extent_allocation_blocks_allocated", "Number of blocks allocated for a filesystem."),
            ("extent_allocation_extents_freed", "Number of extents freed for a filesystem."),
            ("extent_allocation_blocks_freed", "Number of blocks freed for a filesystem."),
        ],
        ["abt"] =
        [
            ("allocation_btree_lookups", "Number of allocation B-tree lookups for a filesystem."),
            ("allocation_btree_compares", "Number of allocation B-tree compares for a filesystem."),
            ("allocation_btree_records_inserted", "Number of allocation B-tree records inserted for a filesystem."),
            ("allocation_btree_records_deleted", "Number of allocation B-tree records deleted for a filesystem."),
        ],
        ["blk_map"] =
        [
            ("block_mapping_reads", "Number of block map for read operations for a filesystem."),
            ("block_mapping_writes", "Number of block map for write operations for a filesystem."),
            ("block_mapping_unmaps", "Number of block unmaps (deletes) for a filesystem."),
            ("block_mapping_extent_list_insertions", "Number of extent list insertions for a filesystem."),
            ("block_mapping_extent_list_deletions", "Number of extent list deletions for a filesystem."),
            ("block_mapping_extent_list_lookups", "Number of extent list lookups for a filesystem."),
            ("block_mapping_extent_list_compares", "Number of extent list compares for a filesystem."),
        ],
        ["bmbt"] =
        [
            ("block_map_btree_lookups", "Number of block map B-tree lookups for a filesystem."),
            ("block_map_btree_compares", "Number of block map B-tree compares for a filesystem."),
            ("block_map_btree_records_inserted", "Number of block map B-tree records inserted for a filesystem."),
            ("block_map_btree_records_deleted", "Number of block map B-tree records deleted for a filesystem."),
        ],
        ["dir"] =
        [
            ("directory_operation_lookup",
                "Number of file name directory lookups which miss the operating systems directory name lookup cache."),
            ("directory_operation_create", "Number of times a new directory entry was created for a filesystem."),
            ("directory_operation_remove", "Number of times an existing directory entry was created for a filesystem."),
            ("directory_operation_getdents", "Number of times the directory getdents operation was performed for a filesystem."),
        ],
        ["ig"] =
        [
            ("inode_operation_attempts", "Number of times the OS looked for an XFS inode in the inode cache."),
            ("inode_operation_found", "Number of times the OS looked for and found an XFS inode in the inode cache."),
            ("inode_operation_recycled",
                "Number of times the OS found an XFS inode in the cache, but could not use it as it was being recycled."),
            ("inode_operation_missed", "Number of times the OS looked for an XFS inode in the cache, but did not find it."),
            ("inode_operation_duplicates",
                "Number of times the OS tried to add a missing XFS inode to the inode cache, but found it had already been added by another process."),
            ("inode_operation_reclaims",
                "Number of times the OS reclaimed an XFS inode from the inode cache to free memory for another purpose."),
            ("inode_operation_attribute_changes", "Number of times the OS explicitly changed the attributes of an XFS inode."),
        ],
        ["rw"] =
        [
            ("write_calls", "Number of write(2) system calls made to files in a filesystem."),
            ("read_calls", "Number of read(2) system calls made to files in a filesystem."),
        ],
        ["vnodes"] =
        [
            ("vnode_active", "Number of vnodes not on free lists for a filesystem."),
            ("vnode_allocate", "Number of times vn_alloc called for a filesystem."),
            ("vnode_get", "Number of times vn_get called for a filesystem."),
            ("vnode_hold", "Number of times vn_hold called for a filesystem."),
            ("vnode_release", "Number of times vn_rele called for a filesystem."),
            ("vnode_reclaim", "Number of times vn_reclaim called for a filesystem."),
            ("vnode_remove", "Number of times vn_remove called for a filesystem."),
        ],
    };

    private readonly SysFiles _files = new();
    private readonly string _folder = Path.Combine(options.SysPath, "fs/xfs");

    public override void Collect(IMetricWriter writer)
    {
        var table = new FamilyTable();
        foreach (var folder in SysFiles.Find(_folder, ""))
        {
            var path = Path.Combine(folder, "stats/stats");
            if (File.Exists(path))
            {
                WriteFilesystem(table, Path.GetFileName(folder), _files.Lines(path));
            }
        }
        table.WriteTo(writer);
    }

    private static void WriteFilesystem(FamilyTable table, string device, string[] lines)
    {
        var figures = lines
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 1)
            .GroupBy(words => words[0], StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Last(), StringComparer.Ordinal);
        foreach (var (word, metrics) in Lines)
        {
            var values = figures.GetValueOrDefault(word);
            // Older kernels have fewer lines, and what they do not count is 0; a line of another length is one that we do not understand.
            if (values is not null && values.Length - 1 < metrics.Length)
            {
                throw new FormatException($"xfs: the line {word} has {values.Length - 1} figures, fewer than {metrics.Length}");
            }
            for (var i = 0; i < metrics.Length; i++)
            {
                var value = values is null ? 0 : uint.Parse(values[i + 1], NumberStyles.None, CultureInfo.InvariantCulture);
                table.Counter($"node_xfs_{metrics[i].Name}_total", metrics[i].Help, value, "device", device);
            }
        }
    }
}
