namespace Touchline.Collectors.Host.Disks;

/// <summary>What a RAID array is doing.</summary>
internal enum RaidActivity
{
    /// <summary>Something that the kernel has a word for and we have not: <c>broken</c>.</summary>
    Other,
    Active,
    Inactive,
    Recovering,
    Resyncing,
    Reshaping,
    Checking,
}
