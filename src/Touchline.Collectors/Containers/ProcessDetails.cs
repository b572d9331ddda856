namespace Touchline.Collectors.Containers;

/// <summary>What the files of a group's processes say together.</summary>
/// <param name="Descriptors">Files open, null where not all processes let us look.</param>
/// <param name="Sockets">How many of them are sockets.</param>
/// <param name="Tasks">Their threads by state, null where none could be looked at.</param>
internal sealed record ProcessDetails(int? Descriptors, int? Sockets, TaskStates? Tasks);

/// <summary>Threads by the letter that /proc gives their state.</summary>
internal sealed record TaskStates(int Sleeping, int Running, int Stopped, int Uninterruptible);
