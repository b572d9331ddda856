namespace Touchline.RemoteWrite.Sending.Queueing;

/// <summary>A place between two records of the queue: a file's number, and an offset in bytes.</summary>
internal readonly record struct QueuePosition(int Segment, long Offset) : IComparable<QueuePosition>
{
    public int CompareTo(QueuePosition other) => Segment != other.Segment ? Segment.CompareTo(other.Segment) : Offset.CompareTo(other.Offset);
}
