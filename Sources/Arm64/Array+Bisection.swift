extension Array {
    /// The index of the first element that `isBefore` is false of, or `endIndex`. All elements that it is true of
    /// come first.
    package func bisected(_ isBefore: (Element) -> Bool) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
