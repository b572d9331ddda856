namespace Touchline.Collectors.Containers;

/// <summary>What the files of a group's processes say together. Task states are counted by the letter that /proc gives them.</summary>
internal sealed record ProcessDetails(int Descriptors, int Sockets, int Sleeping, int Running, int Stopped, int Uninterruptible);
